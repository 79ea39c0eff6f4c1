// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Assets} from "./Assets.sol";
import {Members} from "./Members.sol";

/**
 * @title Grants: who may use an asset, for what, how often, until when
 * @notice A grant covers one flow with exactly its parameters. Registering an agreement uses it up; once revoked it can be
 * used for no further run. Demand (asked, granted, refused, used) is told by events alone.
 */
contract Grants {
    /// @notice What the owner of an asset allows.
    struct NewGrant {
        /// @notice Reveals of which asset.
        bytes32 asset;
        /// @notice Reveals who may use it.
        address grantee;
        /// @notice Digest of the flow. Reveals nothing without the flow, but which grants and runs have the same.
        bytes32 flowHash;
        /// @notice Digest of the parameters. Reveals nothing without them, but which grants and runs have the same.
        bytes32 parametersHash;
        /// @notice Reveals for how many runs.
        uint32 quota;
        /// @notice Unix seconds. Reveals until when.
        uint64 expiry;
        /// @notice Random. Tells equal grants apart; reveals nothing.
        bytes32 salt;
    }

    struct Grant {
        /// @notice Reveals of which asset.
        bytes32 asset;
        /// @notice Digest of the flow. Reveals which grants and runs have the same.
        bytes32 flowHash;
        /// @notice Digest of the parameters. Reveals which grants and runs have the same.
        bytes32 parametersHash;
        /// @notice Number of the member that may use it, which survives a change of its account. Reveals who.
        uint32 grantee;
        /// @notice Reveals for how many further runs.
        uint32 left;
        /// @notice Reveals until when; 0 where there is no such grant.
        uint64 expiry;
        /// @notice Reveals that the owner took it back.
        bool revoked;
    }

    /// @notice The tokens that are granted. Reveals nothing: it follows from the genesis.
    Assets public immutable assets;
    /// @notice The network of owners and grantees. Reveals nothing: it follows from the genesis.
    Members public immutable network;
    /// @notice Hash of the genesis. Reveals nothing: every member holds the genesis.
    bytes32 public immutable networkId;
    /// @notice The only contract that uses grants up: the agreements. Reveals nothing: it follows from the genesis.
    address public immutable consumer;

    /// @dev Reveals who may use what, how often and until when, as said at Grant.
    mapping(bytes32 id => Grant) private _grants;

    /// @notice Reveals who wants to use which asset how often, and who asks for the same flow and parameters.
    event UseAsked(
        bytes32 indexed asset, address indexed caller, bytes32 flowHash, bytes32 parametersHash, uint32 quota
    );
    /// @notice Reveals whom the owner refused; not why.
    event UseRefused(bytes32 indexed asset, address indexed account, bytes32 flowHash, bytes32 parametersHash);
    /// @notice Reveals who may use the asset, how often and until when.
    event UseGranted(bytes32 indexed asset, address indexed account, bytes32 indexed id, uint32 quota, uint64 expiry);
    /// @notice Reveals that the owner took a grant back; not why.
    event GrantRevoked(bytes32 indexed asset, bytes32 indexed id);
    /// @notice Reveals that a run uses the asset, and how many further ones may.
    event GrantUsed(bytes32 indexed asset, bytes32 indexed id, bytes32 indexed runId, uint32 left);

    error UnknownGrant(bytes32 id);
    error GrantExists(bytes32 id);
    error GrantExpiryInvalid(uint64 expiry);
    error QuotaMissing();
    error FlowHashMissing();
    /// @notice The asset is retired, or not everything in it is granted, or an owner may not act.
    error AssetNotUsable(bytes32 id);
    error GrantWasRevoked(bytes32 id);
    error GrantExpired(bytes32 id, uint64 expiry);
    error QuotaSpent(bytes32 id);
    /// @notice The grant is for another flow or for other parameters.
    error GrantMismatch(bytes32 id);
    error GranteeNotParty(bytes32 id);
    error NotConsumer(address caller);

    /// @param assets_ the tokens
    /// @param consumer_ where the agreements will be: they are created after this
    constructor(Assets assets_, address consumer_) {
        assets = assets_;
        (network, networkId) = (assets_.network(), assets_.networkId());
        consumer = consumer_;
    }

    /// @notice A member asks for the use of an asset; its owner's node answers.
    function askUse(bytes32 asset, bytes32 flowHash, bytes32 parametersHash, uint32 quota) external {
        require(network.isActive(msg.sender), Members.NotActiveMember(msg.sender));
        require(assets.isUsable(asset), AssetNotUsable(asset));
        require(flowHash != 0, FlowHashMissing());
        require(quota > 0, QuotaMissing());
        emit UseAsked(asset, msg.sender, flowHash, parametersHash, quota);
    }

    /// @notice The owner declines what a member asked for. Why is told to that member alone, off the ledger.
    function refuseUse(bytes32 asset, address account, bytes32 flowHash, bytes32 parametersHash) external {
        _checkOwner(asset);
        require(network.numberOf(account) != 0, Members.UnknownMember(account));
        emit UseRefused(asset, account, flowHash, parametersHash);
    }

    /// @notice The owner allows the use of its asset, asked for or not.
    /// @return id hash of the grant
    function grantUse(NewGrant calldata grant) external returns (bytes32 id) {
        _checkOwner(grant.asset);
        uint32 grantee = network.activeNumberOf(grant.grantee);
        require(grantee != 0, Members.NotActiveMember(grant.grantee));
        require(assets.isUsable(grant.asset), AssetNotUsable(grant.asset));
        require(grant.flowHash != 0, FlowHashMissing());
        require(grant.quota > 0, QuotaMissing());
        require(grant.expiry > block.timestamp, GrantExpiryInvalid(grant.expiry));
        id = grantId(grant);
        require(_grants[id].expiry == 0, GrantExists(id));
        _grants[id] =
            Grant(grant.asset, grant.flowHash, grant.parametersHash, grantee, grant.quota, grant.expiry, false);
        emit UseGranted(grant.asset, grant.grantee, id, grant.quota, grant.expiry);
    }

    /// @notice The owner takes a grant back: from this block on it can be used for nothing.
    function revokeGrant(bytes32 id) external {
        Grant storage grant = _grant(id);
        _checkOwner(grant.asset);
        require(!grant.revoked, GrantWasRevoked(id));
        grant.revoked = true;
        emit GrantRevoked(grant.asset, id);
    }

    /**
     * @notice Uses up one run of each grant, by the agreements alone.
     * @param parties numbers of the members that signed the agreement
     */
    function useUp(
        bytes32 runId,
        bytes32[] calldata ids,
        bytes32 flowHash,
        bytes32 parametersHash,
        uint32[] calldata parties
    ) external {
        require(msg.sender == consumer, NotConsumer(msg.sender));
        for (uint256 i = 0; i < ids.length; i++) {
            bytes32 id = ids[i];
            Grant storage grant = _grant(id);
            _checkValid(id, grant);
            require(grant.flowHash == flowHash && grant.parametersHash == parametersHash, GrantMismatch(id));
            require(_contains(parties, grant.grantee), GranteeNotParty(id));
            grant.left--;
            emit GrantUsed(grant.asset, id, runId, grant.left);
        }
    }

    /// @notice A grant as it stands. @dev Reverts with UnknownGrant.
    function grantOf(bytes32 id) external view returns (Grant memory) {
        return _grant(id);
    }

    /// @notice Whether a run under way may go on: not revoked, not expired, and its asset can be used. Says nothing of the
    /// quota, which was used up when the run began.
    function stands(bytes32 id) external view returns (bool) {
        Grant storage grant = _grants[id];
        return grant.expiry >= block.timestamp && !grant.revoked && assets.isUsable(grant.asset);
    }

    /// @notice What a grant would be called.
    function grantId(NewGrant calldata grant) public view returns (bytes32) {
        return keccak256(abi.encode(networkId, grant));
    }

    /// @dev It can be used for one more run.
    function _checkValid(bytes32 id, Grant storage grant) private view {
        require(!grant.revoked, GrantWasRevoked(id));
        require(block.timestamp <= grant.expiry, GrantExpired(id, grant.expiry));
        require(grant.left > 0, QuotaSpent(id));
        require(assets.isUsable(grant.asset), AssetNotUsable(grant.asset));
    }

    /// @dev The caller owns the asset and may act.
    function _checkOwner(bytes32 asset) private view {
        uint32 owner = assets.ownerOf(asset);
        uint32 caller = network.activeNumberOf(msg.sender);
        require(caller != 0, Members.NotActiveMember(msg.sender));
        require(owner == caller, Assets.NotOwner(asset, msg.sender));
    }

    /// @dev A grant that was given.
    function _grant(bytes32 id) private view returns (Grant storage grant) {
        grant = _grants[id];
        require(grant.expiry != 0, UnknownGrant(id));
    }

    /// @dev Whether the number is among them.
    function _contains(uint32[] calldata numbers, uint32 wanted) private pure returns (bool) {
        for (uint256 i = 0; i < numbers.length; i++) if (numbers[i] == wanted) return true;
        return false;
    }
}
