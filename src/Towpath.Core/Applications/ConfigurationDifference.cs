using System.Text.Json.Nodes;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Approvals;
using Towpath.Core.Calendars;
using Towpath.Core.Environments;
using Towpath.Core.Previews;

namespace Towpath.Core.Applications;

/// <summary>What one configuration changes about another, in words: for whoever reviews it. Values of targets and variables are not told, only which of them change.</summary>
public static class ConfigurationDifference
{
    /// <param name="before">What is so now.</param>
    /// <param name="after">What would be.</param>
    /// <returns>By subject, such as <c>application web</c>; empty where nothing changes.</returns>
    public static IReadOnlyList<Changed> Of(Configuration before, Configuration after) =>
    [
        .. Roles(before.Organization, after.Organization),
        .. Freezes(before.Organization, after.Organization),
        .. before.Applications.Keys.Union(after.Applications.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => Application(name, before.FindApplication(name), after.FindApplication(name))).Where(changed => changed.Lines.Count > 0),
    ];

    /// <param name="Subject">What changes.</param>
    /// <param name="Lines">How, each a sentence without its full stop.</param>
    public sealed record Changed(string Subject, IReadOnlyList<string> Lines);

    private static IEnumerable<Changed> Roles(Organization before, Organization after)
    {
        foreach (var role in before.Roles.Keys.Union(after.Roles.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (was, now) = (before.Roles.GetValueOrDefault(role), after.Roles.GetValueOrDefault(role));
            string?[] lines =
            [
                was is null ? "is added" : now is null ? "is removed" : null,
                Names("users", was?.Users, now?.Users), Names("teams", was?.Teams, now?.Teams),
                was is null || now is null || Same(was.Applications, now.Applications) ? null : $"applies to {Listed(now.Applications, "all applications")} instead of {Listed(was.Applications, "all applications")}",
            ];
            if (lines.OfType<string>().ToList() is { Count: > 0 } told) yield return new Changed($"role {role}", told);
        }
    }

    private static IEnumerable<Changed> Freezes(Organization before, Organization after)
    {
        if (Names("freezes", [.. before.Freezes.Select(Freeze)], [.. after.Freezes.Select(Freeze)]) is { } line) yield return new Changed("organization", [line]);
    }

    private static string Freeze(OrganizationFreeze freeze) =>
        $"{freeze.Rule.Text} (applications: {Listed(freeze.Applications, "all")}; environments: {Listed(freeze.Environments, "all")})";

    private static Changed Application(string name, ApplicationSpec? was, ApplicationSpec? now) => new($"application {name}", (was, now) switch
    {
        (null, { } added) => [$"is added, with {Listed(added.Environments.Select(e => e.Name), "no environments")}", .. added.Environments.SelectMany(e => Policy(e).Select(line => $"{e.Name}: {line}"))],
        ({ } removed, null) => [$"is removed, with {Listed(removed.Environments.Select(e => e.Name), "no environments")}; what runs there stays, and nothing more is deployed to it"],
        ({ } before, { } after) => [.. General(before, after), .. Environments(before, after), .. Previews(before.Previews, after.Previews)],
        _ => [],
    });

    private static IEnumerable<string> General(ApplicationSpec was, ApplicationSpec now)
    {
        string?[] lines =
        [
            Differs("title", was.Title, now.Title), Differs("repository", was.Repository, now.Repository),
            Differs("paths", Listed(was.Paths, "all of it"), Listed(now.Paths, "all of it")),
            Differs("artifacts", Artifacts(was), Artifacts(now)), Differs("version", Listed(was.VersionPatterns, ""), Listed(now.VersionPatterns, "")),
            Differs("builds", Builds(was), Builds(now)), Differs("releases", Releases(was), Releases(now)),
        ];
        return lines.OfType<string>();
    }

    private static IEnumerable<string> Environments(ApplicationSpec was, ApplicationSpec now)
    {
        foreach (var name in was.Environments.Concat(now.Environments).Select(e => e.Name).Distinct(StringComparer.Ordinal))
        {
            var (before, after) = (was.Environments.FirstOrDefault(e => e.Name == name), now.Environments.FirstOrDefault(e => e.Name == name));
            IEnumerable<string> lines = (before, after) switch
            {
                (null, { } added) => ["is added", .. Policy(added)],
                ({ }, null) => ["is removed; what runs there stays, and nothing more is deployed to it"],
                ({ } one, { } other) => Environment(one, other),
                _ => [],
            };
            foreach (var line in lines) yield return $"{name}: {line}";
        }
    }

    private static IEnumerable<string> Environment(EnvironmentSpec was, EnvironmentSpec now)
    {
        string?[] lines =
        [
            Differs("auto_deploy", PolicyWords.Of(was.AutoDeploy), PolicyWords.Of(now.AutoDeploy)), Differs("after", Listed(was.After, "nothing"), Listed(now.After, "nothing")),
            Differs("soak", Soak(was), Soak(now)), Calendar("freeze", was.Freezes, now.Freezes), Calendar("windows", was.Windows, now.Windows),
            Differs("approvals", Approvals(was), Approvals(now)), Differs("approval.self", Self(was), Self(now)), Differs("approval.expires", Expires(was), Expires(now)),
            Differs("required_checks", PolicyWords.Of(was.RequiredChecks), PolicyWords.Of(now.RequiredChecks)),
            Differs("on_failure", Word(was.OnFailure), Word(now.OnFailure)), Differs("target", was.Target.Kind, now.Target.Kind),
            was.Target.Kind == now.Target.Kind ? Keys("target", was.Target.Settings, now.Target.Settings) : null,
            Files("target", was.Target.Files, now.Target.Files), Verifications(was, now), Variables(was.Variables, now.Variables),
            PolicyRevision.Of(was) == PolicyRevision.Of(now) ? null : "the policy is another one: approvals given so far count no longer",
        ];
        return lines.OfType<string>();
    }

    /// <summary>What a new environment asks for.</summary>
    private static IEnumerable<string> Policy(EnvironmentSpec now)
    {
        yield return $"target {now.Target.Kind}; auto_deploy: {PolicyWords.Of(now.AutoDeploy)}; after: {Listed(now.After, "nothing")}{(now.Soak is null ? "" : $"; soak: {Soak(now)}")}{Times("freeze", now.Freezes)}{Times("windows", now.Windows)}; approvals: {Approvals(now)}{Terms(now)}; required_checks: {PolicyWords.Of(now.RequiredChecks)}";
    }

    private static IEnumerable<string> Previews(PreviewSpec? was, PreviewSpec? now)
    {
        string?[] lines = (was, now) switch
        {
            (null, null) => [],
            (null, _) => ["previews are added"],
            (_, null) => ["previews are removed, and those that there are are taken down"],
            _ =>
            [
                Differs("previews.label", was.Label, now.Label), Differs("previews.required_checks", PolicyWords.Of(was.RequiredChecks), PolicyWords.Of(now.RequiredChecks)),
                Differs("previews.targets", Targets(was), Targets(now)), Differs("previews.expire", was.Expire.ToString(), now.Expire.ToString()),
                Differs("previews.url", was.Url ?? "none", now.Url ?? "none"),
                .. now.Targets.Select(target => was.Find(target.Name) is { } old ? Keys($"previews target '{target.Name}'", old.Template.Settings, target.Template.Settings) : null),
            ],
        };
        return lines.OfType<string>();
    }

    private static string? Differs(string what, string? was, string? now) => string.Equals(was, now, StringComparison.Ordinal) ? null : $"{what}: {was ?? "none"} → {now ?? "none"}";

    private static string? Names(string what, IReadOnlyList<string>? was, IReadOnlyList<string>? now)
    {
        var (before, after) = (was ?? [], now ?? []);
        var told = after.Except(before, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => $"+ {name}")
            .Concat(before.Except(after, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name => $"− {name}")).ToList();
        return told.Count == 0 ? null : $"{what}: {string.Join(", ", told)}";
    }

    private static string? Keys(string what, JsonObject was, JsonObject now)
    {
        var changed = was.Select(e => e.Key).Union(now.Select(e => e.Key), StringComparer.Ordinal).Where(key => !JsonNode.DeepEquals(was[key], now[key])).Order(StringComparer.Ordinal).ToList();
        return changed.Count == 0 ? null : $"{what}: {string.Join(", ", changed)} {(changed.Count == 1 ? "changes" : "change")}";
    }

    private static string? Files(string what, IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now) =>
        was.Count == now.Count && was.All(file => now.TryGetValue(file.Key, out var text) && text == file.Value) ? null : $"{what}: the files that it brings along change";

    private static string? Verifications(EnvironmentSpec was, EnvironmentSpec now) =>
        was.Verify.Count == now.Verify.Count && was.Verify.Zip(now.Verify).All(pair => pair.First.Kind == pair.Second.Kind
            && JsonNode.DeepEquals(pair.First.Settings, pair.Second.Settings) && Files("", pair.First.Files, pair.Second.Files) is null)
            ? null
            : $"verify: {Listed(was.Verify.Select(v => v.Kind), "nothing")} → {Listed(now.Verify.Select(v => v.Kind), "nothing")}, or what they look at";

    private static string? Variables(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now)
    {
        var changed = was.Keys.Union(now.Keys, StringComparer.Ordinal).Where(name => was.GetValueOrDefault(name) != now.GetValueOrDefault(name)).Order(StringComparer.Ordinal).ToList();
        return changed.Count == 0 ? null : $"variables: {string.Join(", ", changed)} {(changed.Count == 1 ? "changes" : "change")}";
    }

    private static string Approvals(EnvironmentSpec environment) => Listed(environment.Approvals.Select(Need), "none");

    private static string Need(ApprovalNeed need) => need switch
    {
        ApprovalRule rule => Parties.UserOf(rule.Role) ?? $"{rule.Count} of {Parties.Words(rule.Role)}",
        AnyNeed any => $"any of ({string.Join(", ", any.Of.Select(Need))})",
        AllNeed all => $"all of ({string.Join(", ", all.Of.Select(Need))})",
        _ => throw new InvalidOperationException($"no words for {need.GetType().Name}"),
    };

    private static string Self(EnvironmentSpec environment) => environment.ApprovalTerms.Self ? "true" : "false";

    private static string Expires(EnvironmentSpec environment) => environment.ApprovalTerms.Expires is { } expires ? DurationText.Of(expires) : "never";

    private static string Terms(EnvironmentSpec environment) =>
        (environment.ApprovalTerms.Self ? ", one's own counts" : "") + (environment.ApprovalTerms.Expires is null ? "" : $", for {Expires(environment)} each");

    private static string Soak(EnvironmentSpec environment) => environment.Soak is { } soak ? DurationText.Of(soak) : "none";

    private static string Times(string what, IReadOnlyList<CalendarRule> rules) => rules.Count == 0 ? "" : $"; {what}: {string.Join(" | ", rules.Select(rule => rule.Text))}";

    private static string? Calendar(string what, IReadOnlyList<CalendarRule> was, IReadOnlyList<CalendarRule> now) => Names(what, [.. was.Select(rule => rule.Text)], [.. now.Select(rule => rule.Text)]);

    private static string Targets(PreviewSpec previews) => Listed(previews.Targets.Select(t => $"{t.Template.Kind}{(t.Name.Length > 0 ? $" '{t.Name}'" : "")}{(t.IsAutomatic ? " by itself" : "")}"), "none");

    private static string Artifacts(ApplicationSpec application) => Listed(application.Artifacts.Select(a => $"{a.Name} ({a.Kind} at {a.Source})"), "none");

    private static string Builds(ApplicationSpec application) =>
        $"{Listed(application.Builds.RefsOf(application), "no refs")} by {Listed(application.Builds.Workflows, "any workflow")}{(application.Builds.Ids is { } ids ? $" of repository {ids.Repository}, owner {ids.Owner}" : "")}";

    private static string Releases(ApplicationSpec application) => application.Releases?.Tag ?? "none";

    private static string Word(OnFailure failure) => failure switch { OnFailure.Rollback => "rollback", OnFailure.Stay => "stay" };

    private static string Listed(IEnumerable<string> names, string none) => string.Join(", ", names) is { Length: > 0 } list ? list : none;

    private static bool Same(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.SequenceEqual(other, StringComparer.Ordinal);
}
