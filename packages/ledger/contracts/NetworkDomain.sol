// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/**
 * @title The EIP-712 domain of one network
 * @notice `{ name: "secureflow", version: "1", salt: network id }`. Signatures bind the network, not a chain or a contract:
 * the same agreement can be checked off the ledger, and no signature is valid in two networks.
 */
abstract contract NetworkDomain {
    /// @notice Hash of the genesis. Reveals nothing: every member holds the genesis.
    bytes32 public immutable networkId;

    /// @dev EIP-712 domain separator. Follows from the network id; reveals nothing.
    bytes32 private immutable _separator;

    /// @param networkId_ hash of the genesis
    constructor(bytes32 networkId_) {
        networkId = networkId_;
        _separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,bytes32 salt)"),
                keccak256("secureflow"),
                keccak256("1"),
                networkId_
            )
        );
    }

    /// @dev The digest that is signed for a struct.
    function _digest(bytes32 structHash) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _separator, structHash));
    }
}
