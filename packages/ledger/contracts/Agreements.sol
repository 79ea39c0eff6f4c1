// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Grants} from "./Grants.sol";
import {Members} from "./Members.sol";
import {NetworkDomain} from "./NetworkDomain.sol";

/**
 * @title Agreements on runs
 * @notice A run exists once every one of its parties has signed the same agreement and it stands here. Its id is the
 * agreement's EIP-712 digest and can be used once.
 */
contract Agreements is NetworkDomain {
    /// @notice What every party signs.
    struct Agreement {
        /// @notice Random. Makes two equal agreements two runs; reveals nothing.
        bytes32 nonce;
        /// @notice Unix seconds; later it cannot be registered. Reveals how long the parties took to agree.
        uint64 expiry;
        /// @notice Unix seconds; later nothing can be anchored for it. Reveals how long the run may take.
        uint64 deadline;
        /// @notice SHA-256 of the body: flow, data, terms, disclosures. Lets its holders check it; reveals nothing else.
        bytes32 bodyHash;
        /// @notice Reveals who computes together.
        address[] parties;
        /// @notice A party without data, or zero. Reveals who deals.
        address dealer;
        /// @notice Tries that each task has. Reveals nothing of the data.
        uint16 attemptLimit;
        /// @notice Digest of the flow as the grants name it; zero where no grant is used. Reveals which runs have the same.
        bytes32 flowHash;
        /// @notice Digest of the parameters as the grants name it, or zero. Reveals which runs have the same.
        bytes32 parametersHash;
        /// @notice Grants of which this run uses up one each. Reveals whose assets it uses.
        bytes32[] grants;
    }

    struct Run {
        /// @notice Height of the block in which it was registered; 0 where it was not. Reveals when.
        uint64 height;
        /// @notice As agreed; reveals how long the run may take.
        uint64 deadline;
        /// @notice As agreed; reveals who computes together.
        address[] parties;
    }

    bytes32 private constant AGREEMENT_TYPEHASH = keccak256(
        "Agreement(bytes32 nonce,uint64 expiry,uint64 deadline,bytes32 bodyHash,address[] parties,address dealer,uint16 attemptLimit,bytes32 flowHash,bytes32 parametersHash,bytes32[] grants)"
    );

    /// @notice Parties of one agreement.
    uint256 public constant MAX_PARTIES = 64;
    /// @notice Grants that one agreement uses up.
    uint256 public constant MAX_GRANTS = 64;

    /// @notice The network that the parties belong to. Reveals nothing: it follows from the genesis.
    Members public immutable network;
    /// @notice What the runs use up. Reveals nothing: it follows from the genesis.
    Grants public immutable grants;

    /// @dev Reveals which runs there are, who took part and when, as said at Run.
    mapping(bytes32 runId => Run) private _runs;
    /// @dev Reveals nothing beyond the agreements themselves.
    mapping(bytes32 nonce => bool) private _nonceUsed;

    /// @notice Everything that a later check of the signatures needs. Reveals what the agreement says, as said there.
    event AgreementRegistered(bytes32 indexed runId, Agreement agreement, bytes[] signatures);

    /// @notice The agreement, or another one with its nonce, was registered before.
    error AgreementReplayed(bytes32 nonce);
    error WrongNetwork(bytes32 expected, bytes32 given);
    error AgreementExpired(uint64 expiry, uint256 time);
    /// @notice The deadline lies before the expiry or has passed.
    error DeadlineInvalid(uint64 deadline);
    error PartiesInvalid(uint256 count);
    error GrantsInvalid(uint256 count);
    /// @notice The grants would be used up by another contract.
    error NotTheirConsumer();
    error DuplicateSigner(address party);
    /// @notice The party is no member, or a suspended one.
    error SignerNotActive(address party);
    error MissingSignature(address party);
    /// @notice The signature is not this party's over exactly these fields in this network.
    error SignatureInvalid(address party);
    /// @notice Who deals must be one of the parties.
    error DealerNotParty(address dealer);
    error UnknownRun(bytes32 runId);

    /// @param grants_ what the runs use up; they must have been created for this contract
    constructor(Grants grants_) NetworkDomain(grants_.network().networkId()) {
        require(grants_.consumer() == address(this), NotTheirConsumer());
        (grants, network) = (grants_, grants_.network());
    }

    /**
     * @notice Registers an agreement that all its parties signed, and uses up its grants. Anyone may bring it: the
     * signatures decide.
     * @param networkId_ the network for which the caller means it, compared so that a mistake is named
     * @param agreement what was signed
     * @param signatures EIP-712 signatures in the order of `agreement.parties`, 65 bytes, low s
     * @return runId the digest
     */
    function register(bytes32 networkId_, Agreement calldata agreement, bytes[] calldata signatures)
        external
        returns (bytes32 runId)
    {
        require(networkId_ == networkId, WrongNetwork(networkId, networkId_));
        require(!_nonceUsed[agreement.nonce], AgreementReplayed(agreement.nonce));
        require(block.timestamp <= agreement.expiry, AgreementExpired(agreement.expiry, block.timestamp));
        require(
            agreement.deadline >= agreement.expiry && agreement.deadline > block.timestamp,
            DeadlineInvalid(agreement.deadline)
        );
        runId = digestOf(agreement);
        uint32[] memory numbers = _checkSigned(runId, agreement, signatures);
        _nonceUsed[agreement.nonce] = true;
        require(agreement.grants.length <= MAX_GRANTS, GrantsInvalid(agreement.grants.length));
        if (agreement.grants.length > 0) {
            grants.useUp(runId, agreement.grants, agreement.flowHash, agreement.parametersHash, numbers);
        }
        _runs[runId] = Run(uint64(block.number), agreement.deadline, agreement.parties);
        emit AgreementRegistered(runId, agreement, signatures);
    }

    /// @notice Where a run stands registered. @dev Reverts with UnknownRun.
    function run(bytes32 runId) public view returns (Run memory) {
        require(_runs[runId].height != 0, UnknownRun(runId));
        return _runs[runId];
    }

    /// @notice The block in which the run was registered, 0 where it was not.
    function heightOf(bytes32 runId) external view returns (uint64) {
        return _runs[runId].height;
    }

    /// @notice What every party signs; the run's id.
    function digestOf(Agreement calldata agreement) public view returns (bytes32) {
        return _digest(
            keccak256(
                abi.encode(
                    AGREEMENT_TYPEHASH,
                    agreement.nonce,
                    agreement.expiry,
                    agreement.deadline,
                    agreement.bodyHash,
                    keccak256(abi.encodePacked(agreement.parties)),
                    agreement.dealer,
                    agreement.attemptLimit,
                    agreement.flowHash,
                    agreement.parametersHash,
                    keccak256(abi.encodePacked(agreement.grants))
                )
            )
        );
    }

    /// @dev Every party is an active member, stands there once and signed. @return numbers the parties' numbers
    function _checkSigned(bytes32 runId, Agreement calldata agreement, bytes[] calldata signatures)
        private
        view
        returns (uint32[] memory numbers)
    {
        address[] calldata parties = agreement.parties;
        require(parties.length > 0 && parties.length <= MAX_PARTIES, PartiesInvalid(parties.length));
        numbers = new uint32[](parties.length);
        bool dealt = agreement.dealer == address(0);
        for (uint256 i = 0; i < parties.length; i++) {
            address party = parties[i];
            for (uint256 j = 0; j < i; j++) require(parties[j] != party, DuplicateSigner(party));
            numbers[i] = network.activeNumberOf(party);
            require(numbers[i] != 0, SignerNotActive(party));
            require(i < signatures.length && signatures[i].length > 0, MissingSignature(party));
            (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(runId, signatures[i]);
            require(err == ECDSA.RecoverError.NoError && signer == party, SignatureInvalid(party));
            if (party == agreement.dealer) dealt = true;
        }
        require(signatures.length == parties.length, PartiesInvalid(signatures.length));
        require(dealt, DealerNotParty(agreement.dealer));
    }
}
