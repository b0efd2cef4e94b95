using System.Text.Json.Nodes;
using Towpath.Core.Applications;

namespace Towpath.Core.Previews;

/// <summary>Environments of pull requests (row P4), as <c>previews</c> of an app spec describes them.</summary>
public sealed record PreviewSpec
{
    public const string DefaultLabel = "deploy";

    /// <summary>A pull request with this label has a preview; with <c>LABEL/NAME</c> one of the target of that name.</summary>
    public string Label { get; init; } = DefaultLabel;

    /// <summary>How long a preview stays that nothing was pushed to; it comes back with a push or when its label is set again.</summary>
    public TimeSpan Expire { get; init; } = TimeSpan.FromDays(7);

    /// <summary>By name; the one without a name belongs to the bare label.</summary>
    public required IReadOnlyList<PreviewTarget> Targets { get; init; }

    /// <summary>Which checks the commit must have passed; null where none are asked about.</summary>
    public RequiredChecks? RequiredChecks { get; init; }

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Where people find one, with <c>{pr}</c> for the number and <c>{environment}</c> for the slot; null where nobody said.</summary>
    public string? Url { get; init; }

    /// <summary>What the label asks for: the target's name, empty for the one without; null where the label is about something else.</summary>
    public string? AskedBy(string label)
    {
        if (string.Equals(label, Label, StringComparison.Ordinal)) return "";
        return label.StartsWith(Label + "/", StringComparison.Ordinal) && label.Length > Label.Length + 1 ? label[(Label.Length + 1)..] : null;
    }

    public PreviewTarget? Find(string name) => Targets.FirstOrDefault(target => string.Equals(target.Name, name, StringComparison.Ordinal));

    /// <summary>The slot as an environment like any other; null where no target has its name.</summary>
    public EnvironmentSpec? EnvironmentOf(PreviewSlot slot) => Find(slot.Target) is not { } target ? null : new EnvironmentSpec
    {
        Name = slot.ToString(),
        Target = target.Of(slot.Pull),
        RequiredChecks = target.RequiredChecks ?? RequiredChecks,
        // What ran before in a preview is an earlier push; whoever looks at it wants to see the failure.
        OnFailure = OnFailure.Stay,
        Variables = Variables,
        Url = Url?.Replace(PreviewTarget.Placeholder, slot.Pull.ToString(), StringComparison.Ordinal).Replace("{environment}", slot.ToString(), StringComparison.Ordinal),
    };
}

/// <summary>Where previews go, with <c>{pr}</c> for the number of the pull request.</summary>
/// <param name="Name">What stands behind the label's slash; empty for the bare label.</param>
/// <param name="Template">The target, with <c>{pr}</c> in its texts.</param>
public sealed record PreviewTarget(string Name, TargetSpec Template)
{
    public const string Placeholder = "{pr}";

    /// <summary>Every pull request of the repository's own branches has one, without a label.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Over those of all previews.</summary>
    public RequiredChecks? RequiredChecks { get; init; }

    /// <summary>Braces are text, since the target has variables of its own for the pull request.</summary>
    public bool IsLiteral { get; init; }

    public TargetSpec Of(long pull) => IsLiteral ? Template : Template with { Settings = (JsonObject)Fill(Template.Settings, pull.ToString())! };

    private static JsonNode? Fill(JsonNode? node, string pull) => node switch
    {
        JsonObject mapping => new JsonObject(mapping.Select(entry => KeyValuePair.Create(entry.Key, Fill(entry.Value, pull)))),
        JsonArray list => new JsonArray([.. list.Select(item => Fill(item, pull))]),
        JsonValue value when value.TryGetValue<string>(out var text) => JsonValue.Create(text.Replace(Placeholder, pull, StringComparison.Ordinal)),
        _ => node?.DeepClone(),
    };
}

/// <summary>The environment of one pull request: <c>pr-42</c>, or <c>pr-42-NAME</c> for a target with a name. The name alone tells the pull request.</summary>
public readonly record struct PreviewSlot(long Pull, string Target)
{
    private const string Prefix = "pr-";

    public override string ToString() => Target.Length == 0 ? $"{Prefix}{Pull}" : $"{Prefix}{Pull}-{Target}";

    /// <summary>Whether a name belongs to slots, so that no environment of a file may have it.</summary>
    public static bool IsReserved(string name) => TryParse(name) is not null;

    public static PreviewSlot? TryParse(string name)
    {
        if (!name.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var rest = name[Prefix.Length..];
        var dash = rest.IndexOf('-', StringComparison.Ordinal);
        var (number, target) = dash < 0 ? (rest, "") : (rest[..dash], rest[(dash + 1)..]);
        // One spelling of each number: 042 would be another slot of the same pull request.
        if (number.Length is 0 or > 18 || number[0] == '0' || !number.All(char.IsAsciiDigit) || (dash >= 0 && target.Length == 0)) return null;
        return new PreviewSlot(long.Parse(number), target);
    }
}
