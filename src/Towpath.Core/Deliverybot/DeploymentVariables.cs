using System.Text;
using System.Text.Json.Nodes;

namespace Towpath.Core.Deliverybot;

/// <summary>
/// The values behind <c>${{ ref }}</c> and the like in the environment, description and payload of a GitHub Deployment. Filled in once: what a value
/// brings along is text, never another variable. A variable that has no value is empty, as it was with Deliverybot.
/// </summary>
/// <param name="Ref">The branch or tag by its short name, such as <c>main</c>.</param>
/// <param name="Sha">The full commit.</param>
/// <param name="Pull">The number of the pull request, where there is one.</param>
/// <param name="Target">The target's name.</param>
/// <param name="Owner">The repository's owner.</param>
/// <param name="Repo">The repository's name without the owner.</param>
public sealed record DeploymentVariables(string Ref, string Sha, long? Pull, string Target, string Owner, string Repo)
{
    private const string Opening = "${{";
    private const string Closing = "}}";

    public static IReadOnlyList<string> Known { get; } = ["ref", "sha", "short_sha", "pr", "target", "owner", "repo"];

    /// <summary>Deliverybot gave whole objects of GitHub's API, too; these parts of them say the same as a variable.</summary>
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["commit.sha"] = "sha",
        ["pull_request.number"] = "pr",
        ["pull_request.head.sha"] = "sha",
        ["pull_request.head.ref"] = "ref",
    };

    /// <summary>The variable that a name means, or null where none does.</summary>
    public static string? Canonical(string name) =>
        Known.Contains(name, StringComparer.Ordinal) ? name : Aliases.GetValueOrDefault(name);

    /// <summary>What stands between <c>${{</c> and <c>}}</c>, in order and without the spaces around it.</summary>
    public static IEnumerable<string> NamesIn(string text)
    {
        for (var (start, end) = Next(text, 0); start >= 0; (start, end) = Next(text, end)) yield return Name(text, start, end);
    }

    public string Fill(string text)
    {
        var filled = new StringBuilder(text.Length);
        var from = 0;
        for (var (start, end) = Next(text, 0); start >= 0; (start, end) = Next(text, end))
        {
            filled.Append(text, from, start - from).Append(ValueOf(Name(text, start, end)));
            from = end;
        }

        return filled.Append(text, from, text.Length - from).ToString();
    }

    /// <summary>A copy with every text in it filled in; names stay as they are.</summary>
    public JsonNode? Fill(JsonNode? node) => node switch
    {
        JsonObject mapping => new JsonObject(mapping.Select(entry => KeyValuePair.Create(entry.Key, Fill(entry.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Fill)]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(Fill(text)),
        _ => node?.DeepClone(),
    };

    private string ValueOf(string name) => Canonical(name) switch
    {
        "ref" => Ref,
        "sha" => Sha,
        "short_sha" => CommitName.Short(Sha),
        "pr" => Pull?.ToString() ?? "",
        "target" => Target,
        "owner" => Owner,
        "repo" => Repo,
        _ => "",
    };

    private static (int Start, int End) Next(string text, int from)
    {
        var start = text.IndexOf(Opening, from, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(Closing, start + Opening.Length, StringComparison.Ordinal);
        return end < 0 ? (-1, -1) : (start, end + Closing.Length);
    }

    private static string Name(string text, int start, int end) => text[(start + Opening.Length)..(end - Closing.Length)].Trim();
}
