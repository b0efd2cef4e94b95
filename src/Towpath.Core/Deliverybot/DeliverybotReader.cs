using System.Text.Json.Nodes;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;

namespace Towpath.Core.Deliverybot;

/// <summary>Reads a <c>.github/deploy.yml</c>. Whatever Deliverybot accepted is accepted; what becomes of it otherwise than before is a note.</summary>
public sealed class DeliverybotReader
{
    public const string FileName = ".github/deploy.yml";

    private readonly SpecErrors _errors = new();
    private readonly DeliverybotNotes _notes = new();

    private DeliverybotReader()
    {
    }

    /// <param name="text">The file's text; null bytes, sizes and depths are refused as in any file here.</param>
    public static DeliverybotResult Read(string text) => new DeliverybotReader().ReadFile(text);

    private DeliverybotResult ReadFile(string text)
    {
        var root = YamlReader.Read(FileName, text, _errors, keepsAliases: true);
        var targets = new List<DeliverybotTarget>();
        if (root is SpecNode.Mapping mapping) targets.AddRange(mapping.Entries.Select(ReadTarget).OfType<DeliverybotTarget>());
        else if (root is not null) _errors.Add(root.At, "wrong-type", $"expected a mapping of targets, found {root.Words}");
        _notes.OfFile(targets);
        return new DeliverybotResult(_errors.Count == 0 ? new DeliverybotFile(targets, _notes.Sorted()) : null, _errors.Sorted());
    }

    private DeliverybotTarget? ReadTarget(SpecNode.Entry entry)
    {
        if (entry.Value is not SpecNode.Mapping own)
        {
            if (entry.Value is not SpecNode.Refused)
                _errors.Add(entry.Value.At, "wrong-type", $"expected the mapping of the target '{Quote.Clean(entry.Key)}', found {entry.Value.Words}");
            return null;
        }

        var before = _errors.Count;
        var mapping = WithFirstDeployment(entry.Key, own);
        var metRefused = Check(entry.Key, mapping);
        return _errors.Count == before && !metRefused ? Bind(entry, mapping) : null;
    }

    /// <summary>Keys with nothing behind them are as good as not written. The older form lays its first deployment under the target.</summary>
    private SpecNode.Mapping WithFirstDeployment(string target, SpecNode.Mapping own)
    {
        var entries = own.Entries.Where(Says).ToList();
        if (own["deployments"] is not SpecNode.Sequence { Items.Count: > 0 } deployments) return own with { Entries = entries };
        if (deployments.Items.Count > 1) _notes.OnlyFirst(target, deployments);
        foreach (var inner in deployments.Items[0].EntriesOrNone.Where(Says))
        {
            if (!DeliverybotGrammar.OfDeployments.Contains(inner.Key, StringComparer.Ordinal)) _notes.UnknownKey(target, inner);
            else if (entries.Find(outer => string.Equals(outer.Key, inner.Key, StringComparison.Ordinal)) is not { } outer) entries.Add(inner);
            else if (outer.Value is SpecNode.Scalar { Plain: true, Value: "false" }) entries[entries.IndexOf(outer)] = inner;
        }

        if (own["required_contexts"] is null && deployments.Items[0].Find("required_contexts") is { } inside) _notes.ContextsOfDeployment(target, inside);
        return own with { Entries = entries };
    }

    private static bool Says(SpecNode.Entry entry) => entry.Value is not SpecNode.Scalar { IsNothing: true };

    private bool Check(string target, SpecNode.Mapping mapping)
    {
        var checker = new SpecChecker(_errors);
        foreach (var entry in mapping.Entries)
            if (DeliverybotGrammar.Target.Find(entry.Key) is { } key) checker.Check(Lowered(entry.Value, key.Rule), key.Rule);
            else _notes.UnknownKey(target, entry);
        return checker.MetRefused;
    }

    /// <summary>YAML has three spellings of each truth value, and files of others use them.</summary>
    private static SpecNode Lowered(SpecNode node, Rule rule) =>
        rule is Rule.Toggle && node is SpecNode.Scalar { Plain: true, Value: "True" or "TRUE" or "False" or "FALSE" } scalar ? scalar with { Value = scalar.Value.ToLowerInvariant() } : node;

    private DeliverybotTarget Bind(SpecNode.Entry entry, SpecNode.Mapping mapping)
    {
        var environment = TextOf(mapping, "environment") ?? "production";
        var target = new DeliverybotTarget
        {
            Name = entry.Key,
            AutoDeployOn = TextOf(mapping, "auto_deploy_on"),
            Environment = environment,
            IsProduction = IsTrue(mapping, "production_environment") ?? environment is "production",
            IsTransient = IsTrue(mapping, "transient_environment") ?? false,
            RequiredChecks = ChecksOf(mapping),
            AutoMerge = IsTrue(mapping, "auto_merge") ?? false,
            Task = TextOf(mapping, "task") ?? "deploy",
            Description = TextOf(mapping, "description"),
            Payload = mapping["payload"] is SpecNode.Mapping payload ? (JsonObject)YamlJson.Of(payload)! : [],
        };
        _notes.OfTarget(entry, mapping, target);
        return target;
    }

    /// <summary>Left out: all that are known. An empty list says that there is nothing to wait for.</summary>
    private static RequiredChecks? ChecksOf(SpecNode.Mapping mapping) => mapping["required_contexts"] switch
    {
        null => RequiredChecks.Every,
        SpecNode.Sequence { Items.Count: 0 } => null,
        var names => new RequiredChecks([.. names.ScalarsOrNone.Select(name => name.Value).Distinct(StringComparer.Ordinal)]),
    };

    private static string? TextOf(SpecNode.Mapping mapping, string key) => mapping[key] is SpecNode.Scalar { Value.Length: > 0 } scalar ? scalar.Value : null;

    private static bool? IsTrue(SpecNode.Mapping mapping, string key) =>
        mapping[key] is SpecNode.Scalar scalar ? string.Equals(scalar.Value, "true", StringComparison.OrdinalIgnoreCase) : null;
}
