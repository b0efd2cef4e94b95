using System.Text.RegularExpressions;
using Towpath.Core;
using Towpath.Core.Targets;

namespace Towpath.Local.Verifications;

/// <summary>What <c>{version}</c> and its like in verifications stand for; filled in when the plan is made.</summary>
internal static partial class Placeholders
{
    public static IReadOnlyList<string> Known { get; } = ["slug", "environment", "version", "sha", "short_sha"];

    /// <summary>Braces around anything but a known name are left alone: bodies may be JSON, arguments programs.</summary>
    /// <param name="text">With placeholders.</param>
    /// <param name="request">What they stand for.</param>
    /// <param name="escape">How values are written where the text has a syntax of its own.</param>
    public static string Fill(string text, PlanRequest request, Func<string, string>? escape = null) =>
        Name().Replace(text, match => ValueOf(match.Groups["name"].Value, request) is { } value ? escape?.Invoke(value) ?? value : match.Value);

    private static string? ValueOf(string name, PlanRequest request) => name switch
    {
        "slug" => request.Key.Application,
        "environment" => request.Key.Environment,
        "version" => request.Version,
        "sha" => request.Commit,
        "short_sha" => CommitName.Short(request.Commit),
        _ => null,
    };

    [GeneratedRegex(@"\{(?<name>[a-z_]+)\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
