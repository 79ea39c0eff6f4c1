// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Members} from "./Members.sol";

/**
 * @title Data tokens: what members own and let others use
 * @notice Only hashes stand here. Descriptions, terms and data stay with the owner. A token's id is the hash of what it
 * commits to, so that neither its content nor its children can be exchanged; a child must be there before its composite, so
 * that nothing can contain itself. A composite is active while every child's owner grants it.
 */
contract Assets {
    enum Kind {
        Dataset,
        Flow,
        Model,
        Compute
    }

    enum Status {
        None,
        Pending,
        Active,
        Retired
    }

    /// @notice What the owner states.
    struct NewAsset {
        /// @notice Reveals what it is.
        Kind kind;
        /// @notice Digest of the canonical manifest. Lets its holders check what they were shown; reveals nothing else.
        bytes32 manifestHash;
        /// @notice Content address of the encrypted description. Reveals nothing to who was not given the key.
        bytes32 storageRef;
        /// @notice Commitment of the content: columns, parameters, the hash of each step. Reveals nothing without it.
        bytes32 proof;
        /// @notice Digest of the terms of use; that it changes reveals that the terms did.
        bytes32 termsHash;
        /// @notice The token that this one is a new version of, or zero. Reveals that they belong together.
        bytes32 previous;
        /// @notice Tokens that it is made of, ascending. Reveals of what it is made.
        bytes32[] children;
    }

    struct Asset {
        /// @notice Hash of owner, kind, hashes, predecessor and children. Reveals that the asset exists.
        bytes32 id;
        /// @notice Number of the member that owns it. Reveals who does.
        uint32 owner;
        /// @notice Number of the member that it is offered to, or 0. Reveals that it is to change hands.
        uint32 offeredTo;
        /// @notice From 1, one more than its predecessor's. Reveals how often it was renewed.
        uint32 version;
        /// @notice Children whose owners have not granted. Reveals how far the composition is.
        uint32 missing;
        /// @notice Tokens in it with all that its children contain. Reveals how large it is.
        uint32 size;
        /// @notice Reveals whether it is offered.
        Status status;
        /// @notice What the owner stated. Reveals what is said there.
        NewAsset content;
    }

    /// @notice Tokens of one composite, with all that its children contain.
    uint32 public constant MAX_SIZE = 64;

    /// @notice The network that the owners belong to. Reveals nothing: it follows from the genesis.
    Members public immutable network;

    /// @notice Hash of the genesis. Reveals nothing: every member holds the genesis.
    bytes32 public immutable networkId;

    /// @dev Reveals which assets there are and in which order they came, as said at Asset.
    Asset[] private _assets;
    /// @dev From 1. Reveals in which order the assets came.
    mapping(bytes32 id => uint256) private _placeOf;
    /// @dev Reveals which version followed which.
    mapping(bytes32 id => bytes32) private _successor;
    /// @dev Reveals who lets whom build on an asset.
    mapping(bytes32 composite => mapping(bytes32 child => bool)) private _granted;

    /// @notice Reveals that a member has a new asset, of which kind, and of what it is a version.
    event AssetRegistered(bytes32 indexed id, address indexed owner, Kind kind, bytes32 manifestHash, bytes32 previous);
    /// @notice Reveals that all children of the asset are granted.
    event AssetActivated(bytes32 indexed id);
    /// @notice Reveals that a child of the asset was taken back, or is to be granted to a new owner.
    event AssetDeactivated(bytes32 indexed id);
    /// @notice Reveals that the owner changed the terms; not how.
    event TermsChanged(bytes32 indexed id, address indexed owner, bytes32 termsHash);
    /// @notice Reveals that the owner offers the asset no more.
    event AssetRetired(bytes32 indexed id, address indexed owner);
    /// @notice Reveals that the owner of a child lets a composite use it.
    event ChildGranted(bytes32 indexed id, bytes32 indexed child, address indexed owner);
    /// @notice Reveals that the owner of a child takes it out of a composite.
    event ChildRevoked(bytes32 indexed id, bytes32 indexed child, address indexed owner);
    /// @notice Reveals to whom the owner offers the asset.
    event AssetOffered(bytes32 indexed id, address indexed owner, address to);
    /// @notice Reveals who owns the asset now, and the number of the member that did.
    event AssetTransferred(bytes32 indexed id, address indexed owner, uint32 from);

    error UnknownAsset(bytes32 id);
    error AssetExists(bytes32 id);
    /// @notice Only its owner may do this with an asset.
    error NotOwner(bytes32 id, address caller);
    error AlreadyRetired(bytes32 id);
    error AlreadySuperseded(bytes32 id);
    /// @notice Children stand in ascending order, each once.
    error ChildrenUnordered(bytes32 child);
    error CompositeTooLarge(uint256 size);
    error NotChild(bytes32 id, bytes32 child);
    error ChildAlreadyGranted(bytes32 id, bytes32 child);
    error ChildNotGranted(bytes32 id, bytes32 child);
    error NotOffered(bytes32 id, address caller);

    /// @param network_ whose members own the assets
    constructor(Members network_) {
        (network, networkId) = (network_, network_.networkId());
    }

    // ---- the token -------------------------------------------------------------------------------------------------

    /**
     * @notice Mints a token of the caller. Its own children are granted by this; others' owners are waited for.
     * @return id what it commits to
     */
    function registerAsset(NewAsset calldata content) external returns (bytes32 id) {
        uint32 owner = _caller();
        id = tokenId(msg.sender, content);
        require(_placeOf[id] == 0, AssetExists(id));
        uint32 version = 1;
        if (content.previous != 0) {
            version = _own(content.previous).version + 1;
            require(_successor[content.previous] == 0, AlreadySuperseded(content.previous));
            _successor[content.previous] = id;
        }
        (uint256 size, uint32 missing) = _compose(id, owner, content.children);
        Asset storage asset = _assets.push();
        (asset.id, asset.owner, asset.version, asset.missing) = (id, owner, version, missing);
        (asset.size, asset.content) = (uint32(size), content);
        _placeOf[id] = _assets.length;
        emit AssetRegistered(id, msg.sender, content.kind, content.manifestHash, content.previous);
        asset.status = Status.Pending;
        _settle(asset);
    }

    /// @notice Other terms for whoever asks from now on; grants that were given stay until they are revoked.
    function setTerms(bytes32 id, bytes32 termsHash) external {
        Asset storage asset = _ownOpen(id);
        asset.content.termsHash = termsHash;
        emit TermsChanged(id, msg.sender, termsHash);
    }

    /// @notice Nobody can use it any more, nor what contains it. Final.
    function retireAsset(bytes32 id) external {
        Asset storage asset = _ownOpen(id);
        (asset.status, asset.offeredTo) = (Status.Retired, 0);
        emit AssetRetired(id, msg.sender);
    }

    // ---- composition -----------------------------------------------------------------------------------------------

    /// @notice The owner of a child lets a composite use it. The last one makes the composite active.
    function grantChild(bytes32 id, bytes32 child) external {
        _ownOpen(child);
        Asset storage composite = _open(id);
        require(_isChild(composite, child), NotChild(id, child));
        require(!_granted[id][child], ChildAlreadyGranted(id, child));
        _granted[id][child] = true;
        composite.missing--;
        emit ChildGranted(id, child, msg.sender);
        _settle(composite);
    }

    /// @notice The owner of a child takes it out of a composite, which can no longer be used from this moment on.
    function revokeChild(bytes32 id, bytes32 child) external {
        _own(child);
        require(_granted[id][child], ChildNotGranted(id, child));
        _granted[id][child] = false;
        Asset storage composite = _asset(id);
        composite.missing++;
        emit ChildRevoked(id, child, msg.sender);
        _settle(composite);
    }

    // ---- ownership -------------------------------------------------------------------------------------------------

    /// @notice Offers the asset to another member; to the zero address: to nobody any more.
    function offerAsset(bytes32 id, address to) external {
        Asset storage asset = _ownOpen(id);
        uint32 number = to == address(0) ? 0 : network.activeNumberOf(to);
        require(to == address(0) || number != 0, Members.NotActiveMember(to));
        asset.offeredTo = number;
        emit AssetOffered(id, msg.sender, to);
    }

    /// @notice The member to whom it was offered takes it. What others granted to the composite was granted to its former
    /// owner, so that they are asked again.
    function acceptAsset(bytes32 id) external {
        uint32 number = _caller();
        Asset storage asset = _open(id);
        require(asset.offeredTo == number, NotOffered(id, msg.sender));
        uint32 from = asset.owner;
        (asset.owner, asset.offeredTo) = (number, 0);
        emit AssetTransferred(id, msg.sender, from);
        bytes32[] storage children = asset.content.children;
        uint32 missing;
        for (uint256 i = 0; i < children.length; i++) {
            bool own = _asset(children[i]).owner == number;
            _granted[id][children[i]] = own;
            if (!own) missing++;
        }
        asset.missing = missing;
        _settle(asset);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /// @notice Whether it, all that it contains, and their owners may be used now.
    function isUsable(bytes32 id) public view returns (bool) {
        uint256 place = _placeOf[id];
        if (place == 0) return false;
        Asset storage asset = _assets[place - 1];
        if (asset.status != Status.Active || !network.isActiveNumber(asset.owner)) return false;
        bytes32[] storage children = asset.content.children;
        for (uint256 i = 0; i < children.length; i++) {
            if (!_granted[id][children[i]] || !isUsable(children[i])) return false;
        }
        return true;
    }

    /// @notice Whether the owner of the child has granted it to the composite.
    function isGranted(bytes32 id, bytes32 child) external view returns (bool) {
        return _granted[id][child];
    }

    /// @notice Number of the member that owns it. @dev Reverts with UnknownAsset.
    function ownerOf(bytes32 id) external view returns (uint32) {
        return _asset(id).owner;
    }

    /// @notice The token that is its next version, or zero.
    function successorOf(bytes32 id) external view returns (bytes32) {
        return _successor[id];
    }

    /// @notice How many tokens there are.
    function count() external view returns (uint256) {
        return _assets.length;
    }

    /// @notice One token. @dev Reverts with UnknownAsset.
    function assetOf(bytes32 id) external view returns (Asset memory) {
        return _asset(id);
    }

    /// @notice At most `limit` assets from place `from` on, in the order in which they were registered.
    function page(uint256 from, uint256 limit) external view returns (Asset[] memory out) {
        uint256 left = from < _assets.length ? _assets.length - from : 0;
        out = new Asset[](limit < left ? limit : left);
        for (uint256 i = 0; i < out.length; i++) out[i] = _assets[from + i];
    }

    /// @notice What a token of this owner with this content would be called. Terms can change, so that they are left out.
    function tokenId(address owner, NewAsset calldata content) public view returns (bytes32) {
        return keccak256(
            abi.encode(
                networkId,
                owner,
                content.kind,
                content.manifestHash,
                content.storageRef,
                content.proof,
                content.previous,
                content.children
            )
        );
    }

    // ---- inside ----------------------------------------------------------------------------------------------------

    /// @dev Checks the children and grants the owner's own. @return size tokens in all @return missing of other owners
    function _compose(bytes32 id, uint32 owner, bytes32[] calldata children)
        private
        returns (uint256 size, uint32 missing)
    {
        size = 1;
        for (uint256 i = 0; i < children.length; i++) {
            require(i == 0 || children[i - 1] < children[i], ChildrenUnordered(children[i]));
            Asset storage child = _open(children[i]);
            size += child.size;
            require(size <= MAX_SIZE, CompositeTooLarge(size));
            if (child.owner == owner) _granted[id][children[i]] = true;
            else missing++;
        }
    }

    /// @dev Active exactly while nothing is missing; what is retired stays so.
    function _settle(Asset storage asset) private {
        if (asset.status == Status.Pending && asset.missing == 0) {
            asset.status = Status.Active;
            emit AssetActivated(asset.id);
        } else if (asset.status == Status.Active && asset.missing > 0) {
            asset.status = Status.Pending;
            emit AssetDeactivated(asset.id);
        }
    }

    /// @dev Whether the token commits to this child.
    function _isChild(Asset storage asset, bytes32 child) private view returns (bool) {
        bytes32[] storage children = asset.content.children;
        for (uint256 i = 0; i < children.length; i++) if (children[i] == child) return true;
        return false;
    }

    /// @dev The caller's number, if it may act.
    function _caller() private view returns (uint32 number) {
        number = network.activeNumberOf(msg.sender);
        require(number != 0, Members.NotActiveMember(msg.sender));
    }

    /// @dev A token that is there.
    function _asset(bytes32 id) private view returns (Asset storage) {
        uint256 place = _placeOf[id];
        require(place != 0, UnknownAsset(id));
        return _assets[place - 1];
    }

    /// @dev A token that is not retired.
    function _open(bytes32 id) private view returns (Asset storage asset) {
        asset = _asset(id);
        require(asset.status != Status.Retired, AlreadyRetired(id));
    }

    /// @dev A token of the caller, who may act.
    function _own(bytes32 id) private view returns (Asset storage asset) {
        asset = _asset(id);
        require(asset.owner == _caller(), NotOwner(id, msg.sender));
    }

    /// @dev A token of the caller that is not retired.
    function _ownOpen(bytes32 id) private view returns (Asset storage asset) {
        asset = _own(id);
        require(asset.status != Status.Retired, AlreadyRetired(id));
    }
}
