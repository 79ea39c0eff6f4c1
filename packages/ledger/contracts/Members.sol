// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {NetworkDomain} from "./NetworkDomain.sol";

/**
 * @title The members of a network
 * @notice Who belongs to the network, under which account, certificate and peer key. Candidates apply with their own signed
 * consent; admission, suspension, re-admission, removal, roles and the quorum itself are proposals that the members vote on.
 * As long as the quorum is 1, or nobody else is there, the founder decides alone. Nobody can be added against its will, and
 * nobody's key, account or address can be exchanged by another.
 *
 * A member is known to the other contracts by its number (from 1), which it keeps when it changes its account.
 */
contract Members is NetworkDomain {
    enum Status {
        None,
        Active,
        Suspended,
        Removed
    }

    enum Action {
        Admit,
        Suspend,
        Readmit,
        Remove,
        SetRoles,
        SetQuorum
    }

    /// @notice One member. All of it is known to every member of the network.
    struct Member {
        /// @notice Reveals the organisation's short name.
        string name;
        /// @notice Reveals which transactions and signatures are the member's.
        address account;
        /// @notice SHA-256 of the certificate. Reveals nothing to whom the certificate was not shown.
        bytes32 certificate;
        /// @notice SHA-256 of the public key of the peer link. Reveals nothing beyond the key that partners see.
        bytes32 peerKey;
        /// @notice Bits of MEMBER, OPERATOR, AUDITOR, ENDORSER. Reveals what the member does for the network.
        uint8 roles;
        /// @notice Reveals whether the member may act.
        Status status;
        /// @notice host:port as the member states it, or empty. Reveals where its node listens.
        string gateway;
    }

    /// @notice What a candidate signs.
    struct Enrolment {
        /// @notice Reveals the organisation's short name.
        string name;
        /// @notice Reveals which account will be the member's.
        address account;
        /// @notice SHA-256 of the certificate. Reveals nothing to whom the certificate was not shown.
        bytes32 certificate;
        /// @notice SHA-256 of the public key of the peer link. Reveals nothing beyond the key that partners see.
        bytes32 peerKey;
        /// @notice Unix seconds; later nobody can admit it. Reveals until when the candidate waits.
        uint64 expiry;
    }

    /// @notice A question to the members.
    struct Proposal {
        /// @notice Reveals what is proposed.
        Action action;
        /// @notice Reveals about whom; zero for the quorum.
        address account;
        /// @notice Number of the member concerned, 0 for candidates and the quorum; it survives a change of the account.
        /// Reveals about whom.
        uint32 subject;
        /// @notice Roles, or the new quorum. Reveals what is proposed.
        uint32 value;
        /// @notice Digest of the enrolment that was applied with, so that nobody votes for what was exchanged meanwhile.
        /// Reveals nothing beyond the enrolment.
        bytes32 enrolment;
        /// @notice Unix seconds; later nobody can vote. Reveals until when it is open.
        uint64 expiry;
        /// @notice Reveals whether it was carried.
        bool executed;
        /// @notice Numbers of the members that agreed. Reveals who did.
        uint32[] voters;
    }

    bytes32 private constant ENROLMENT_TYPEHASH =
        keccak256("Enrolment(string name,address account,bytes32 certificate,bytes32 peerKey,uint64 expiry)");
    bytes32 private constant ACCOUNT_TYPEHASH = keccak256("AccountChange(address from,address to,uint64 expiry)");

    /// @notice Role bit: votes.
    uint8 public constant MEMBER = 1;
    /// @notice Role bit: hosts infrastructure of the network, such as proposing blocks and dealing correlated randomness.
    uint8 public constant OPERATOR = 2;
    /// @notice Role bit: may be given receipts to check them.
    uint8 public constant AUDITOR = 4;
    /// @notice Role bit: endorses requests where terms ask for m of n endorsements.
    uint8 public constant ENDORSER = 8;
    /// @notice A proposal is open for at most this long.
    uint64 public constant MAX_PROPOSAL_SECONDS = 90 days;

    /// @notice Votes that carry a proposal; all, where fewer members vote. Reveals how the members decide.
    uint32 public quorum;
    /// @notice Active members with the role MEMBER. Reveals how many vote.
    uint32 public voters;

    /// @dev Reveals who belongs to the network and in which order they came, as said at Member.
    Member[] private _members;
    /// @dev Reveals what was decided and who agreed, as said at Proposal.
    Proposal[] private _proposals;
    /// @dev Former accounts too: none is ever used by another. Reveals which accounts a member had.
    mapping(address account => uint32) private _numberOf;
    /// @dev Reveals nothing beyond the names themselves.
    mapping(bytes32 nameHash => bool) private _nameTaken;
    /// @dev Reveals nothing beyond the keys themselves.
    mapping(bytes32 key => bool) private _keyTaken;
    /// @dev Reveals who wants to belong to the network, as said at Enrolment.
    mapping(address account => Enrolment) private _candidates;
    /// @dev Reveals who agreed to which proposal.
    mapping(uint256 proposal => mapping(uint256 member => bool)) private _voted;

    /// @notice Reveals who wants to belong to the network.
    event CandidateApplied(address indexed account, string name, bytes32 certificate, bytes32 peerKey, uint64 expiry);
    /// @notice Reveals who belongs to the network, and with which roles.
    event MemberAdded(address indexed account, string name, bytes32 certificate, bytes32 peerKey, uint8 roles);
    /// @notice Reveals that the members let one of them act no more for the time being; not why.
    event MemberSuspended(address indexed account);
    /// @notice Reveals that a suspended member may act again.
    event MemberReinstated(address indexed account);
    /// @notice Reveals that the members put one of them out; not why.
    event MemberRemoved(address indexed account);
    /// @notice Reveals that a member has another certificate or key.
    event MemberRenewed(address indexed account, bytes32 certificate, bytes32 peerKey);
    /// @notice Reveals what the member does for the network from now on.
    event RolesChanged(address indexed account, uint8 roles);
    /// @notice Reveals where the member's node listens.
    event GatewayChanged(address indexed account, string gateway);
    /// @notice Reveals that both accounts are the same member's.
    event AccountChanged(address indexed from, address indexed account);
    /// @notice Reveals how the members decide from now on.
    event QuorumChanged(uint32 quorum);
    /// @notice Reveals who proposes what.
    event ProposalMade(
        uint256 indexed proposal, address indexed proposer, Action action, address account, uint32 value, uint64 expiry
    );
    /// @notice Reveals who agreed.
    event Voted(uint256 indexed proposal, address indexed account);
    /// @notice Reveals that enough members agreed.
    event ProposalCarried(uint256 indexed proposal);

    /// @notice While the quorum is 1, or for what only a founder that is alone may do.
    error NotFounder(address caller);
    /// @notice The founder alone may no longer do this: the members vote.
    error VoteNeeded(uint32 quorum);
    /// @notice The caller is no member, or a suspended one.
    error NotActiveMember(address account);
    error NotSuspended(address account);
    /// @notice The member has not the role MEMBER.
    error NotVoter(address account);
    error UnknownMember(address account);
    error AlreadyMember(address account);
    error NameTaken(string name);
    error NameInvalid(string name);
    error KeyTaken(bytes32 key);
    error RolesInvalid(uint32 roles);
    error GatewayInvalid();
    error QuorumInvalid(uint32 quorum);
    error EnrolmentExpired(uint64 expiry, uint256 time);
    /// @notice The account that is to act in this network did not sign exactly this.
    error ConsentInvalid(address account);
    error NotCandidate(address account);
    /// @notice A newer application of the account stands here.
    error ApplicationReplayed(address account);
    /// @notice The candidate has applied anew since the proposal was made.
    error ApplicationChanged(address account);
    error UnknownProposal(uint256 proposal);
    error ProposalExpiryInvalid(uint64 expiry);
    error ProposalExpired(uint256 proposal, uint64 expiry);
    error ProposalExecuted(uint256 proposal);
    error AlreadyVoted(uint256 proposal, address account);
    /// @notice While the quorum is 1, the network needs its founder.
    error FounderStays();
    /// @notice The genesis names the founder's account: it makes the blocks.
    error FounderAccountFixed();
    /// @notice Nobody would be left to decide.
    error LastVoter(address account);

    /// @param networkId_ hash of the genesis
    /// @param name the founder's name; its consent is the genesis itself
    /// @param quorum_ votes that carry a proposal, from 1
    constructor(
        bytes32 networkId_,
        string memory name,
        address account,
        bytes32 certificate,
        bytes32 peerKey,
        uint32 quorum_
    ) NetworkDomain(networkId_) {
        require(quorum_ > 0, QuorumInvalid(quorum_));
        quorum = quorum_;
        _add(Enrolment(name, account, certificate, peerKey, 0), MEMBER | OPERATOR);
    }

    /// @dev The founder, while it decides alone.
    modifier founderAlone() {
        require(_numberOf[msg.sender] == 1, NotFounder(msg.sender));
        require(quorum == 1 || (voters == 1 && _isVoter(_members[0])), VoteNeeded(quorum));
        _;
    }

    // ---- candidates ------------------------------------------------------------------------------------------------

    /**
     * @notice Puts a candidate before the members. Anyone may bring it: the candidate's signature decides.
     * @param enrolment what the candidate signed; it replaces an application that expires earlier
     * @param consent the candidate's EIP-712 signature over `enrolment`
     */
    function applyForMembership(Enrolment calldata enrolment, bytes calldata consent) external {
        _checkEnrolment(enrolment, consent);
        require(_numberOf[enrolment.account] == 0, AlreadyMember(enrolment.account));
        require(_isName(bytes(enrolment.name)), NameInvalid(enrolment.name));
        require(_candidates[enrolment.account].expiry < enrolment.expiry, ApplicationReplayed(enrolment.account));
        _candidates[enrolment.account] = enrolment;
        emit CandidateApplied(
            enrolment.account, enrolment.name, enrolment.certificate, enrolment.peerKey, enrolment.expiry
        );
    }

    /**
     * @notice Adds a member that signed its enrolment, by the founder while it decides alone.
     * @param enrolment what the newcomer signed
     * @param roles bits of the roles beside MEMBER
     * @param consent the newcomer's EIP-712 signature over `enrolment`
     */
    function addMember(Enrolment calldata enrolment, uint8 roles, bytes calldata consent) external founderAlone {
        _checkEnrolment(enrolment, consent);
        _add(enrolment, roles | MEMBER);
    }

    // ---- decisions -------------------------------------------------------------------------------------------------

    /**
     * @notice Puts a question to the members; the caller has thereby agreed. Carried at once where one vote is enough.
     * @param account the candidate or member concerned; zero for the quorum
     * @param value roles for Admit and SetRoles, the new quorum for SetQuorum, otherwise 0
     * @param expiry Unix seconds until which it can be voted on
     * @return id its number
     */
    function propose(Action action, address account, uint32 value, uint64 expiry) external returns (uint256 id) {
        uint32 number = _voter();
        require(
            expiry > block.timestamp && expiry <= block.timestamp + MAX_PROPOSAL_SECONDS, ProposalExpiryInvalid(expiry)
        );
        id = _proposals.length;
        Proposal storage proposal = _proposals.push();
        (proposal.action, proposal.account, proposal.value, proposal.expiry) = (action, account, value, expiry);
        if (action == Action.Admit) proposal.enrolment = _candidateDigest(account);
        else if (action != Action.SetQuorum) proposal.subject = _current(account);
        _check(proposal);
        emit ProposalMade(id, msg.sender, action, account, value, expiry);
        _agree(id, proposal, number);
    }

    /// @notice The caller agrees to a proposal. It is carried out by the vote that reaches the quorum.
    function vote(uint256 id) external {
        uint32 number = _voter();
        require(id < _proposals.length, UnknownProposal(id));
        Proposal storage proposal = _proposals[id];
        require(!proposal.executed, ProposalExecuted(id));
        require(block.timestamp <= proposal.expiry, ProposalExpired(id, proposal.expiry));
        // By number, not by account: who changes its account has voted.
        require(!_voted[id][number], AlreadyVoted(id, msg.sender));
        _agree(id, proposal, number);
    }

    /// @notice By the founder while it decides alone: the member may sign and anchor nothing until it is reinstated.
    function suspendMember(address account) external founderAlone {
        uint32 number = _current(account);
        _checkLeaving(number);
        _suspend(number);
    }

    /// @notice By the founder while it decides alone: a suspended member may act again.
    function reinstateMember(address account) external founderAlone {
        _reinstate(_current(account));
    }

    // ---- what a member changes itself --------------------------------------------------------------------------------

    /// @notice A member exchanges its own certificate or peer key.
    function renewMember(bytes32 certificate, bytes32 peerKey) external {
        Member storage member = _self();
        if (member.peerKey != peerKey) {
            _takeKey(peerKey);
            _keyTaken[member.peerKey] = false;
        }
        (member.certificate, member.peerKey) = (certificate, peerKey);
        emit MemberRenewed(msg.sender, certificate, peerKey);
    }

    /// @notice A member states where its own node listens.
    /// @param gateway host:port, at most 255 characters; empty for nowhere
    function setGateway(string calldata gateway) external {
        Member storage member = _self();
        require(_isGateway(bytes(gateway)), GatewayInvalid());
        member.gateway = gateway;
        emit GatewayChanged(msg.sender, gateway);
    }

    /**
     * @notice A member moves to another account, which was never used here. Its number, assets, grants and votes go along.
     * @param expiry Unix seconds; later the consent is void
     * @param consent EIP-712 signature of `to` over the change
     */
    function changeAccount(address to, uint64 expiry, bytes calldata consent) external {
        Member storage member = _self();
        uint32 number = _numberOf[msg.sender];
        require(number != 1, FounderAccountFixed());
        require(_numberOf[to] == 0, AlreadyMember(to));
        require(block.timestamp <= expiry, EnrolmentExpired(expiry, block.timestamp));
        _checkSigned(_digest(keccak256(abi.encode(ACCOUNT_TYPEHASH, msg.sender, to, expiry))), to, consent);
        member.account = to;
        _numberOf[to] = number;
        emit AccountChanged(msg.sender, to);
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    /// @notice Whether the account belongs to a member that may act.
    function isActive(address account) public view returns (bool) {
        return activeNumberOf(account) != 0;
    }

    /// @notice Whether the member with this number may act.
    function isActiveNumber(uint32 number) external view returns (bool) {
        return number != 0 && number <= _members.length && _members[number - 1].status == Status.Active;
    }

    /// @notice The number of the member that may act under this account, otherwise 0.
    function activeNumberOf(address account) public view returns (uint32 number) {
        number = _numberOf[account];
        if (number == 0) return 0;
        Member storage member = _members[number - 1];
        if (member.account != account || member.status != Status.Active) return 0;
    }

    /// @notice The number of the member that has or had this account, otherwise 0.
    function numberOf(address account) external view returns (uint32) {
        return _numberOf[account];
    }

    /// @notice The member that founded the network.
    function founder() external view returns (address) {
        return _members[0].account;
    }

    /// @notice All members in the order of their numbers.
    function members() external view returns (Member[] memory) {
        return _members;
    }

    /// @notice What a candidate applied with. @dev Reverts with NotCandidate.
    function candidate(address account) external view returns (Enrolment memory) {
        require(_candidates[account].account != address(0), NotCandidate(account));
        return _candidates[account];
    }

    /// @notice How many proposals were made.
    function proposalCount() external view returns (uint256) {
        return _proposals.length;
    }

    /// @notice A proposal and who agreed. @dev Reverts with UnknownProposal.
    function proposalAt(uint256 id) external view returns (Proposal memory) {
        require(id < _proposals.length, UnknownProposal(id));
        return _proposals[id];
    }

    /// @notice Votes that carry a proposal now.
    function votesNeeded() public view returns (uint32) {
        return quorum < voters ? quorum : voters;
    }

    /// @notice What the candidate signs.
    function enrolmentDigest(Enrolment memory enrolment) public view returns (bytes32) {
        return _digest(
            keccak256(
                abi.encode(
                    ENROLMENT_TYPEHASH,
                    keccak256(bytes(enrolment.name)),
                    enrolment.account,
                    enrolment.certificate,
                    enrolment.peerKey,
                    enrolment.expiry
                )
            )
        );
    }

    // ---- inside ----------------------------------------------------------------------------------------------------

    /// @dev Counts who agreed and still votes; carries the proposal out when they are enough.
    function _agree(uint256 id, Proposal storage proposal, uint32 number) private {
        _voted[id][number] = true;
        proposal.voters.push(number);
        emit Voted(id, msg.sender);
        uint256 agreed;
        for (uint256 i = 0; i < proposal.voters.length; i++) {
            if (_isVoter(_members[proposal.voters[i] - 1])) agreed++;
        }
        if (agreed < votesNeeded()) return;
        _check(proposal);
        proposal.executed = true;
        _execute(proposal);
        emit ProposalCarried(id);
    }

    /// @dev Whether the proposal could be carried out now, apart from the votes.
    function _check(Proposal storage proposal) private view {
        Action action = proposal.action;
        if (action == Action.Admit) {
            Enrolment storage enrolment = _candidates[proposal.account];
            require(_candidateDigest(proposal.account) == proposal.enrolment, ApplicationChanged(proposal.account));
            require(block.timestamp <= enrolment.expiry, EnrolmentExpired(enrolment.expiry, block.timestamp));
            _checkRoles(proposal.value);
        } else if (action == Action.SetQuorum) {
            require(proposal.value > 0 && proposal.value <= voters, QuorumInvalid(proposal.value));
            // With a quorum of 1 the founder decides alone: it must be there.
            require(proposal.value > 1 || _isVoter(_members[0]), QuorumInvalid(proposal.value));
        } else if (action == Action.SetRoles) {
            _checkRoles(proposal.value);
            if (proposal.value & MEMBER == 0) _checkLeaving(proposal.subject);
        } else if (action != Action.Readmit) {
            _checkLeaving(proposal.subject);
        }
    }

    /// @dev What the members decided.
    function _execute(Proposal storage proposal) private {
        Action action = proposal.action;
        uint32 subject = proposal.subject;
        if (action == Action.Admit) {
            _add(_candidates[proposal.account], uint8(proposal.value));
            delete _candidates[proposal.account];
        } else if (action == Action.Suspend) {
            _suspend(subject);
        } else if (action == Action.Readmit) {
            _reinstate(subject);
        } else if (action == Action.Remove) {
            Member storage member = _members[subject - 1];
            require(member.status != Status.Removed, UnknownMember(member.account));
            _set(subject, Status.Removed, member.roles);
            emit MemberRemoved(member.account);
        } else if (action == Action.SetRoles) {
            Member storage member = _members[subject - 1];
            require(member.status != Status.Removed, UnknownMember(member.account));
            _set(subject, member.status, uint8(proposal.value));
            emit RolesChanged(member.account, member.roles);
        } else {
            quorum = proposal.value;
            emit QuorumChanged(quorum);
        }
    }

    /// @dev Active becomes suspended.
    function _suspend(uint32 number) private {
        Member storage member = _members[number - 1];
        require(member.status == Status.Active, NotActiveMember(member.account));
        _set(number, Status.Suspended, member.roles);
        emit MemberSuspended(member.account);
    }

    /// @dev Suspended becomes active.
    function _reinstate(uint32 number) private {
        Member storage member = _members[number - 1];
        require(member.status == Status.Suspended, NotSuspended(member.account));
        _set(number, Status.Active, member.roles);
        emit MemberReinstated(member.account);
    }

    /// @dev The only place that changes who votes, so that `voters` is right.
    function _set(uint32 number, Status status, uint8 roles) private {
        Member storage member = _members[number - 1];
        if (_isVoter(member)) voters--;
        (member.status, member.roles) = (status, roles);
        if (_isVoter(member)) voters++;
    }

    /// @dev Adds an active member under the next number.
    function _add(Enrolment memory e, uint8 roles) private {
        bytes32 nameHash = keccak256(bytes(e.name));
        require(_isName(bytes(e.name)), NameInvalid(e.name));
        require(_numberOf[e.account] == 0, AlreadyMember(e.account));
        require(!_nameTaken[nameHash], NameTaken(e.name));
        _checkRoles(roles);
        _takeKey(e.peerKey);
        _nameTaken[nameHash] = true;
        _members.push(Member(e.name, e.account, e.certificate, e.peerKey, 0, Status.None, ""));
        _numberOf[e.account] = uint32(_members.length);
        _set(uint32(_members.length), Status.Active, roles);
        emit MemberAdded(e.account, e.name, e.certificate, e.peerKey, roles);
    }

    /// @dev Two members behind one peer key could speak in each other's name.
    function _takeKey(bytes32 key) private {
        require(!_keyTaken[key], KeyTaken(key));
        _keyTaken[key] = true;
    }

    /// @dev The caller's number, if it votes now.
    function _voter() private view returns (uint32 number) {
        number = activeNumberOf(msg.sender);
        require(number != 0, NotActiveMember(msg.sender));
        require(_isVoter(_members[number - 1]), NotVoter(msg.sender));
        require(quorum > 1 || number == 1, NotFounder(msg.sender));
    }

    /// @dev The caller's own entry, if it may act.
    function _self() private view returns (Member storage) {
        uint32 number = activeNumberOf(msg.sender);
        require(number != 0, NotActiveMember(msg.sender));
        return _members[number - 1];
    }

    /// @dev The number of a member by its present account.
    function _current(address account) private view returns (uint32 number) {
        number = _numberOf[account];
        require(number != 0 && _members[number - 1].account == account, UnknownMember(account));
    }

    /// @dev Nobody's leaving may leave the network without anyone who decides.
    function _checkLeaving(uint32 number) private view {
        Member storage member = _members[number - 1];
        require(number != 1 || quorum > 1, FounderStays());
        require(voters > 1 || !_isVoter(member), LastVoter(member.account));
    }

    /// @dev The candidate signed this, and it is in time.
    function _checkEnrolment(Enrolment calldata enrolment, bytes calldata consent) private view {
        require(block.timestamp <= enrolment.expiry, EnrolmentExpired(enrolment.expiry, block.timestamp));
        _checkSigned(enrolmentDigest(enrolment), enrolment.account, consent);
    }

    /// @dev 65 bytes, low s, of exactly this account.
    function _checkSigned(bytes32 digest, address account, bytes calldata signature) private pure {
        (address signer, ECDSA.RecoverError err,) = ECDSA.tryRecover(digest, signature);
        require(err == ECDSA.RecoverError.NoError && signer == account, ConsentInvalid(account));
    }

    /// @dev Digest of the application that stands here.
    function _candidateDigest(address account) private view returns (bytes32) {
        require(_candidates[account].account != address(0), NotCandidate(account));
        return enrolmentDigest(_candidates[account]);
    }

    /// @dev Active, and with the role that votes.
    function _isVoter(Member storage member) private view returns (bool) {
        return member.status == Status.Active && member.roles & MEMBER != 0;
    }

    /// @dev At least one role, and none that does not exist.
    function _checkRoles(uint32 roles) private pure {
        require(roles > 0 && roles < 16, RolesInvalid(roles));
    }

    /// @dev 2 to 32 lower-case letters, digits and dashes, beginning with a letter, not ending with a dash.
    function _isName(bytes memory name) private pure returns (bool) {
        if (name.length < 2 || name.length > 32) return false;
        if (name[0] < "a" || name[0] > "z" || name[name.length - 1] == "-") return false;
        for (uint256 i = 1; i < name.length; i++) {
            bytes1 c = name[i];
            if (!((c >= "a" && c <= "z") || (c >= "0" && c <= "9") || c == "-")) return false;
        }
        return true;
    }

    /// @dev Empty, or visible ASCII that ends with a colon and a port of 1 to 5 digits.
    function _isGateway(bytes memory gateway) private pure returns (bool) {
        if (gateway.length == 0) return true;
        if (gateway.length > 255) return false;
        uint256 host = gateway.length; // without the port
        while (host > 0 && gateway[host - 1] >= "0" && gateway[host - 1] <= "9") host--;
        uint256 digits = gateway.length - host;
        if (digits == 0 || digits > 5 || host < 2 || gateway[host - 1] != ":") return false;
        for (uint256 i = 0; i < host; i++) if (gateway[i] <= 0x20 || gateway[i] > 0x7e) return false;
        return true;
    }
}
