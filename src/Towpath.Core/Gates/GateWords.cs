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
        var closed = Leaves(result).Where(leaf => !leaf.IsOpen).Select(Short);
        return string.Join("; ", closed);
    }

    private static void Add(List<GateLine> lines, GateResult result, int depth)
    {
        lines.Add(new GateLine(depth, result.IsOpen, Text(result), result.IsOpen ? null : WhatToDo(result)));
        foreach (var child in result.Children) Add(lines, child, depth + 1);
    }

    private static IEnumerable<GateResult> Leaves(GateResult result) =>
        result.Children.Count == 0 ? [result] : result.Children.SelectMany(Leaves);

    private static string Text(GateResult r) => r.Gate switch
    {
        "after" => "promotion order",
        "succeeded_in" when r.IsOpen => $"succeeded in {F(r, "environment")} at {F(r, "at")}",
        "succeeded_in" => $"must first succeed in {F(r, "environment")}: {ShortDigest(r)} has not",
        "approvals" => "approvals",
        "approval" => Approval(r),
        "lock" => $"locked by {F(r, "owner")} since {F(r, "since")}: {F(r, "reason")}{(r.Facts.ContainsKey("expires") ? $" (until {F(r, "expires")})" : "")}",
        "automation" => $"automatic promotion is suspended since {F(r, "since")}: {F(r, "reason")}",
        "policy" => $"{F(r, "environment")} is no longer in the configuration",
        _ => r.Gate,
    };

    private static string Approval(GateResult r)
    {
        var text = $"{F(r, "given")} of {F(r, "needed")} approvals by role {F(r, "role")}";
        if (r.Facts.TryGetValue("by", out var by)) text += $": {by}";
        return r.Facts.TryGetValue("void", out var voided) ? $"{text} (void: {voided})" : text;
    }

    private static string? WhatToDo(GateResult r) => r.Gate switch
    {
        "succeeded_in" => $"promote this version to {F(r, "environment")}",
        "approval" when F(r, "may_act").Length > 0 => $"one of these may approve: {F(r, "may_act")}",
        "approval" => $"nobody else in organization.yaml may approve as {F(r, "role")}: add a user to that role",
        "lock" when r.Facts.TryGetValue("expires", out var expires) => $"wait until {expires}, or ask {F(r, "owner")} to unlock",
        "lock" => $"ask {F(r, "owner")} to unlock",
        "automation" => "resume automatic promotion, or promote by hand",
        "policy" => "put the environment back into the app spec, or cancel the deployment",
        _ => null,
    };

    private static string Short(GateResult r) => r.Gate switch
    {
        "succeeded_in" => $"success in {F(r, "environment")}",
        "approval" => $"approval by {F(r, "role")}{Whom(F(r, "may_act"))}",
        "lock" => $"lock of {F(r, "owner")}",
        "automation" => "resumption after a rollback",
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
