using System.Collections.Frozen;

namespace Towpath.Core.Applications.Grammar;

/// <summary>Which kinds are served, with their grammars, and which are only known.</summary>
public sealed record KindTable(FrozenDictionary<string, Rule.Mapping> Served, FrozenDictionary<string, string> NotYet)
{
    private static readonly (string Kind, string Area)[] KnownTargets =
    [
        ("ecs", "deploying to AWS"),
        ("lambda", "deploying to AWS"),
        ("static-site", "deploying to AWS"),
        ("container", "containers on one machine"),
        ("local-site", "sites that Towpath serves itself"),
        ("github", "GitHub Deployments and workflows"),
        ("command", "targets that run a command"),
        ("gitops", "GitOps repositories"),
    ];

    private static readonly (string Kind, string Area)[] KnownVerifications =
    [
        ("http", "HTTP checks"),
        ("command", "checks that run a command"),
        ("metric", "checks of metrics"),
    ];

    public static KindTable OfTargets(IEnumerable<KeyValuePair<string, Rule.Mapping>> served) => Of(served, KnownTargets);

    public static KindTable OfVerifications(IEnumerable<KeyValuePair<string, Rule.Mapping>> served) => Of(served, KnownVerifications);

    private static KindTable Of(IEnumerable<KeyValuePair<string, Rule.Mapping>> served, (string Kind, string Area)[] known)
    {
        var grammars = served.ToFrozenDictionary(StringComparer.Ordinal);
        return new KindTable(grammars, known.Where(k => !grammars.ContainsKey(k.Kind)).ToFrozenDictionary(k => k.Kind, k => k.Area, StringComparer.Ordinal));
    }
}
