// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Agreements} from "./Agreements.sol";
import {Members} from "./Members.sol";

/**
 * @title Roots of the parties' records of runs
 * @notice A run succeeded when every party anchored its record before the deadline; otherwise it failed, for everybody.
 */
contract Receipts {
    enum FailureCode {
        None,
        Cancelled,
        Deadline,
        PartnerAway,
        AttemptsSpent,
        ReceiptMismatch,
        DataChanged,
        TermsForbid,
        Other
    }

    struct Anchor {
        /// @notice Reveals which party.
        address party;
        /// @notice Merkle root of the party's signed log. Reveals nothing without the log.
        bytes32 root;
        /// @notice Entries under the root. Reveals how much the party has logged in all its runs.
        uint64 size;
        /// @notice Receipts of this run among them. Reveals how many tasks the party had.
        uint32 count;
        /// @notice Reveals when it was anchored.
        uint64 height;
    }

    struct Failure {
        /// @notice Reveals who ended the run.
        address party;
        /// @notice Reveals the reason, from a closed list.
        FailureCode code;
        /// @notice Reveals when; 0 where the run has not failed.
        uint64 height;
    }

    /// @notice The runs that are recorded. Reveals nothing: it follows from the genesis.
    Agreements public immutable agreements;

    /// @dev Reveals who has finished which run and when, as said at Anchor.
    mapping(bytes32 runId => Anchor[]) private _anchors;
    /// @dev Reveals nothing beyond the anchors themselves.
    mapping(bytes32 runId => mapping(address party => bool)) private _anchored;
    /// @dev Reveals which runs failed, as said at Failure.
    mapping(bytes32 runId => Failure) private _failure;

    /// @notice Reveals that a party has finished a run, and how much it has logged in all.
    event Anchored(bytes32 indexed runId, address indexed party, bytes32 root, uint64 size, uint32 count);
    /// @notice Reveals that every party has finished the run.
    event RunCompleted(bytes32 indexed runId);
    /// @notice Reveals who ended the run, and the reason from a closed list.
    event RunFailed(bytes32 indexed runId, address indexed party, FailureCode code);

    /// @notice The caller is not a party of the run.
    error NotParty(bytes32 runId, address caller);
    /// @notice A party anchors a run once.
    error AlreadyAnchored(bytes32 runId, address party);
    error DeadlinePassed(bytes32 runId, uint64 deadline, uint256 time);
    error RunAlreadyFailed(bytes32 runId);
    error RunAlreadyComplete(bytes32 runId);
    error FailureCodeMissing();

    /// @param agreements_ the runs that are recorded
    constructor(Agreements agreements_) {
        agreements = agreements_;
    }

    /// @notice The caller's record of the run, final.
    function anchor(bytes32 runId, bytes32 root, uint64 size, uint32 count) external {
        (uint256 parties, address party) = _checkOpen(runId);
        require(!_anchored[runId][party], AlreadyAnchored(runId, party));
        _anchored[runId][party] = true;
        _anchors[runId].push(Anchor(party, root, size, count, uint64(block.number)));
        emit Anchored(runId, party, root, size, count);
        if (_anchors[runId].length == parties) emit RunCompleted(runId);
    }

    /// @notice Ends the run for everybody. The first failure counts.
    function fail(bytes32 runId, FailureCode code) external {
        (uint256 parties, address party) = _checkOpen(runId);
        require(code != FailureCode.None, FailureCodeMissing());
        require(_anchors[runId].length < parties, RunAlreadyComplete(runId));
        _failure[runId] = Failure(party, code, uint64(block.number));
        emit RunFailed(runId, party, code);
    }

    /// @notice Every party anchored.
    function complete(bytes32 runId) external view returns (bool) {
        return _anchors[runId].length == agreements.run(runId).parties.length;
    }

    /// @notice All that stands here about a run.
    function status(bytes32 runId) external view returns (Anchor[] memory anchors, Failure memory failure) {
        return (_anchors[runId], _failure[runId]);
    }

    /// @dev The caller may act on the run now. @return parties how many it has @return party the caller, as it signed
    function _checkOpen(bytes32 runId) private view returns (uint256 parties, address party) {
        Agreements.Run memory run = agreements.run(runId);
        Members network = agreements.network();
        uint32 number = network.numberOf(msg.sender);
        parties = run.parties.length;
        for (uint256 i = 0; i < parties && party == address(0); i++) {
            // A party may have moved to another account since it signed.
            if (run.parties[i] == msg.sender || (number != 0 && network.numberOf(run.parties[i]) == number)) {
                party = run.parties[i];
            }
        }
        require(party != address(0), NotParty(runId, msg.sender));
        require(network.isActive(msg.sender), Members.NotActiveMember(msg.sender));
        require(block.timestamp <= run.deadline, DeadlinePassed(runId, run.deadline, block.timestamp));
        require(_failure[runId].height == 0, RunAlreadyFailed(runId));
    }
}
