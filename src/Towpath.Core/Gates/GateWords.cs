using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;

namespace Towpath.Core.Gates;

/// <summary>One line of a result tree in words.</summary>
public sealed record GateLine(int Depth, bool Open, string Text, string? WhatToDo);

/// <summary>Puts result trees into words, late: which gate, what was found, what would satisfy it. Every surface uses these.</summary>
public static class GateWords
{
    private const int MostNames = 3;

    public static IReadOnlyList<GateLine> Lines(GateResult result)
    {
        var lines = new List<GateLine>();
        foreach (var child in result.Children) Add(lines, child, 0);
        if (lines.Count == 0) lines.Add(new GateLine(0, true, "no gates: this environment asks for nothing", null));
        return lines;
    }

    /// <summary>What a closed tree waits for, in one sentence; null when it is open.</summary>
    public static string? WaitsFor(GateResult result)
    {
        if (result.IsOpen) return null;
        return string.Join("; ", Closed(result));
    }

    /// <summary>What stands against it, each in short; other ways to the same end beside the first.</summary>
    private static IEnumerable<string> Closed(GateResult result)
    {
        if (result.Children.Count == 0) return result.IsOpen ? [] : [Short(result)];
        string[] closed = [.. result.Children.Where(child => !IsOtherWay(child)).SelectMany(Closed)];
        var others = result.Children.Where(IsOtherWay).Select(way => string.Join(" and ", Closed(way))).Except([string.Join(" and ", closed)], StringComparer.Ordinal).ToList();
        return others.Count == 0 ? closed : [$"{string.Join(" and ", closed)}, or else {string.Join(", or ", others)}"];
    }

    private static bool IsOtherWay(GateResult result) => result.Gate is "other_way";

    /// <summary>Whether a closed tree opens by itself when the time has come, with nobody doing anything.</summary>
    public static bool IsMatterOfTime(GateResult result) => !result.IsOpen && ClosedLeaves(result).All(leaf => leaf.Gate switch
    {
        "frozen" => true,
        "window" => leaf.Facts.ContainsKey("next"),
        "soaked_in" => leaf.Facts.ContainsKey("until"),
        _ => false,
    });

    private static IEnumerable<GateResult> ClosedLeaves(GateResult result) =>
        result.Children.Count > 0 ? result.Children.SelectMany(ClosedLeaves) : result.IsOpen ? [] : [result];

    private static void Add(List<GateLine> lines, GateResult result, int depth)
    {
        lines.Add(new GateLine(depth, result.IsOpen, Text(result), result.IsOpen ? null : WhatToDo(result)));
        foreach (var child in result.Children) Add(lines, child, depth + 1);
    }

    private static string Text(GateResult r) => r.Gate switch
    {
        "after" => "promotion order",
        "succeeded_in" when r.IsOpen => $"succeeded in {F(r, "environment")} at {F(r, "at")}",
        "succeeded_in" => $"must first succeed in {F(r, "environment")}: {ShortDigest(r)} has not",
        "soak" => "soak time",
        "soaked_in" when r.IsOpen => $"succeeded in {F(r, "environment")} at least {F(r, "for")} ago, at {F(r, "since")}",
        "soaked_in" when r.Facts.ContainsKey("until") => $"must have succeeded in {F(r, "environment")} {F(r, "for")} ago: it did at {F(r, "since")}, and the time is over at {F(r, "until")}",
        "soaked_in" => $"must have succeeded in {F(r, "environment")} {F(r, "for")} ago: it has not succeeded there yet",
        "freeze" when r.IsOpen => $"no freeze holds; the next begins at {F(r, "next")}",
        "freeze" => "freeze",
        "frozen" => $"frozen until {F(r, "until")}{(F(r, "reason") is { Length: > 0 } reason ? $": {reason}" : "")} ({F(r, "rule")}, of the {F(r, "of")})",
        "window" when r.IsOpen => $"in the deployment window {F(r, "rule")}, until {F(r, "until")}",
        "window" when r.Facts.TryGetValue("next", out var next) => $"outside of the deployment windows; the next begins at {next} ({F(r, "rules")})",
        "window" => $"outside of the deployment windows, and none comes any more ({F(r, "rules")})",
        "checks" when r.Facts.TryGetValue("more", out var more) => $"checks ({more} more that have not passed)",
        "checks" => "checks",
        "checks_passed" when r.IsOpen => $"{F(r, "count")} {(F(r, "count") is "1" ? "check" : "checks")} passed for {F(r, "commit")}",
        "checks_passed" => $"no check has passed for {F(r, "commit")} yet",
        "checks_unavailable" => $"it is not known how the checks stand: {F(r, "reason")}",
        "check" => Check(r),
        "ref" when r.IsOpen => $"{F(r, "ref")} stands at {F(r, "commit")}",
        "ref" when r.Facts.ContainsKey("stands_at") => $"{F(r, "ref")} has moved on from {F(r, "commit")} to {F(r, "stands_at")}",
        "ref" => $"{F(r, "ref")} is gone",
        "ref_unknown" => $"it is not known where {F(r, "ref")} stands: {F(r, "reason")}",
        "deployed" => $"{F(r, "commit")} has its deployment to {F(r, "environment")} already: {F(r, "phase")} since {F(r, "at")}",
        "attempt" => $"the last deployment of {F(r, "commit")} to {F(r, "environment")} ended without success at {F(r, "at")}: {F(r, "phase")}{(F(r, "reason") is { Length: > 0 } why ? $", {why}" : "")}",
        "build" when F(r, "problem") is { Length: > 0 } problem => $"no build can be made of {F(r, "commit")}: {problem}",
        "build" => $"no build of {F(r, "commit")} was reported yet",
        "repository" => F(r, "reason"),
        "approvals" when r.Facts.TryGetValue("more", out var more) => $"approvals ({more} more ways to have them)",
        "approvals" => "approvals",
        "other_way" => "or else",
        "approval" => Approval(r),
        "unknown_hand" => UnknownHand(r),
        "lock" => $"locked by {F(r, "owner")} since {F(r, "since")}: {F(r, "reason")}{(r.Facts.ContainsKey("expires") ? $" (until {F(r, "expires")})" : "")}",
        "pin" => $"pinned to {F(r, "version")} by {F(r, "owner")} since {F(r, "since")}: {F(r, "reason")}{(r.Facts.ContainsKey("expires") ? $" (until {F(r, "expires")})" : "")}",
        "automation" => $"automatic promotion is suspended since {F(r, "since")}: {F(r, "reason")}",
        "policy" => $"{F(r, "environment")} is no longer in the configuration",
        "pull_request" => $"this was built for pull request #{F(r, "pull")}, which is not merged; {F(r, "environment")} is none of its previews",
        _ => r.Gate,
    };

    private static string Check(GateResult r) => F(r, "state") switch
    {
        "passed" when F(r, "kind") is "status" => $"{F(r, "name")} passed: a commit status, which anybody who may push can report",
        "passed" => $"{F(r, "name")} passed",
        "skipped" => $"{F(r, "name")} was {F(r, "said")}",
        "pending" => $"{F(r, "name")} has not ended: {F(r, "said")}",
        "failed" => $"{F(r, "name")} did not pass: {F(r, "said")}",
        _ => $"{F(r, "name")} has not reported for this commit",
    };

    private static string Approval(GateResult r)
    {
        var text = Parties.UserOf(F(r, "role")) is { } user
            ? r.IsOpen ? "approved in person" : $"{user} has not approved"
            : $"{F(r, "given")} of {F(r, "needed")} approvals by {Parties.InFull(F(r, "role"))}";
        if (r.Facts.TryGetValue("by", out var by)) text += $": {by}";
        if (r.Facts.TryGetValue("counts_until", out var until)) text += $", until {until}";
        return r.Facts.TryGetValue("void", out var voided) ? $"{text} (void: {voided})" : text;
    }

    /// <summary>Where a rule finds nobody.</summary>
    private static string Approvers(string party)
    {
        if (Parties.TeamOf(party) is { } team) return $"nobody else of {team} may approve, as far as its members are known: add somebody to the team, or connect the GitHub App to its organization";
        return Parties.UserOf(party) is { } user
            ? $"{user} may not approve this: ask somebody else under 'approvals', or have another person request it"
            : $"nobody else in organization.yaml may approve as {party}: add a user to that role";
    }

    private static string UnknownHand(GateResult r) => F(r, "who") is "author"
        ? "GitHub tells neither who wrote the commit nor who pushed it, so nobody can be kept from approving a change of their own"
        : "GitHub does not tell who pushed or published this, so nobody can be kept from approving a change of their own";

    private static string? WhatToDo(GateResult r) => r.Gate switch
    {
        "succeeded_in" => $"promote this version to {F(r, "environment")}",
        "soaked_in" when r.Facts.TryGetValue("until", out var soaked) => $"wait until {soaked}",
        "soaked_in" => $"promote this version to {F(r, "environment")}",
        "frozen" => $"wait until {F(r, "until")}",
        "window" when r.Facts.TryGetValue("next", out var begins) => $"wait until {begins}",
        "window" => "write a window that is still to come into the app spec",
        "checks_passed" => "wait until CI reports, or say 'required_checks: none' where there is none",
        "checks_unavailable" => "connect the GitHub App to the repository, or try again when GitHub answers",
        "check" when F(r, "state") is "failed" => $"mend it and push, or run it again{(F(r, "app") is { Length: > 0 } app ? $" in {app}" : "")}",
        "check" when F(r, "state") is "pending" => "wait until it has ended",
        "check" => "wait until it reports, or correct its name under 'required_checks'",
        "ref" => "nothing: what was pushed later has a watch of its own",
        "ref_unknown" => "wait until GitHub tells",
        "deployed" => "nothing: one commit is deployed to one environment once; to bring it back, roll back or promote by hand",
        "attempt" => "push a commit that mends it, or deploy this one again by hand",
        "build" when F(r, "problem").Length > 0 => "mend it, and push again",
        "build" => "wait until CI reports it",
        "approval" when Parties.UserOf(F(r, "role")) is not null && F(r, "may_act") is { Length: > 0 } user => $"{user} may approve",
        "approval" when F(r, "may_act").Length > 0 => $"one of these may approve: {F(r, "may_act")}",
        "approval" => Approvers(F(r, "role")),
        "unknown_hand" when F(r, "who") is "author" => "push a commit whose author has a login at GitHub, or deploy a version that somebody known reported",
        "unknown_hand" => "promote this version by hand: then it is known who asks for it, and somebody else approves",
        "lock" when r.Facts.TryGetValue("expires", out var expires) => $"wait until {expires}, or ask {F(r, "owner")} to unlock",
        "lock" => $"ask {F(r, "owner")} to unlock",
        "pin" when r.Facts.TryGetValue("expires", out var ends) => $"wait until {ends}, or ask {F(r, "owner")} to unpin",
        "pin" => $"ask {F(r, "owner")} to unpin",
        "automation" => "resume automatic promotion, or promote by hand",
        "pull_request" => "merge the pull request, and promote what is built of the branch that it goes into",
        "policy" => "put the environment back into the app spec, or cancel the deployment",
        _ => null,
    };

    private static string Short(GateResult r) => r.Gate switch
    {
        "succeeded_in" => $"success in {F(r, "environment")}",
        "soaked_in" when r.Facts.ContainsKey("until") => $"soak time in {F(r, "environment")} until {F(r, "until")}",
        "soaked_in" => $"soak time in {F(r, "environment")}, which has not begun",
        "frozen" => $"the end of a freeze at {F(r, "until")}{(F(r, "reason") is { Length: > 0 } reason ? $" ({reason})" : "")}",
        "window" when r.Facts.TryGetValue("next", out var next) => $"the deployment window at {next}",
        "approval" when Parties.UserOf(F(r, "role")) is { } user => $"approval by {user}",
        "approval" => $"approval by {Parties.Words(F(r, "role"))}{Whom(F(r, "may_act"))}",
        "ref_unknown" => $"word from GitHub on {F(r, "ref")}",
        "attempt" => $"a push or a person, as the last deployment of {F(r, "commit")} ended without success ({F(r, "phase")})",
        "build" when F(r, "problem").Length == 0 => $"the build of {F(r, "commit")}",
        "check" => $"check {F(r, "name")}",
        "checks_passed" => "a first check that passes",
        "checks_unavailable" => "word from GitHub on the checks",
        "unknown_hand" when F(r, "who") is "author" => "a commit of which it is known who wrote it",
        "unknown_hand" => "somebody known who asks for it by hand",
        "lock" => $"lock of {F(r, "owner")}",
        "pin" => $"the end of {F(r, "owner")}'s pin to {F(r, "version")}",
        "automation" => "resumption after a rollback",
        "pull_request" => $"nothing: a build of pull request #{F(r, "pull")} goes to its previews only",
        _ => Text(r),
    };

    /// <summary>Enough names to know whom to ask; the line of the gate has all of them.</summary>
    private static string Whom(string mayAct)
    {
        if (mayAct.Length == 0) return "";
        var names = mayAct.Split(", ");
        return names.Length <= MostNames ? $": {mayAct}" : $": {string.Join(", ", names.Take(MostNames))} or {names.Length - MostNames} more";
    }

    private static string F(GateResult r, string fact) => r.Facts.GetValueOrDefault(fact, "");

    private static string ShortDigest(GateResult r) => Digest.TryParse(F(r, "digest"), out var digest) ? digest.Short : F(r, "digest");
}
