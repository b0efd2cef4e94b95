using System.Collections.Frozen;
using System.Globalization;
using Towpath.Core.Applications.Checks;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Applications.Yaml;
using Towpath.Core.Approvals;
using Towpath.Core.Artifacts;
using Towpath.Core.Calendars;
using Towpath.Core.Previews;
using Towpath.Core.Releases;
using Towpath.Core.Targets;

namespace Towpath.Core.Applications;

/// <summary>Makes records of nodes that were found right. Targets and verifications can be tried one by one.</summary>
internal sealed class ConfigurationBinder(
    ApplicationGrammar grammar, FrozenDictionary<string, ITarget> targets, FrozenDictionary<string, IVerification> verifications,
    IReadOnlyDictionary<string, string> files)
{
    public static Organization Organization(SpecNode? root) => new(
        (root?.Find("roles")?.EntriesOrNone ?? []).ToFrozenDictionary(role => role.Key, role => Role(role.Value), StringComparer.Ordinal))
    {
        Freezes = [.. Items(root?.Find("freezes")).Select(node => new OrganizationFreeze(CalendarRuleOf(node), TextsOf(node, "applications"), TextsOf(node, "environments")))],
    };

    public ApplicationSpec Application(ApplicationFile file)
    {
        var spec = new ApplicationSpec
        {
            Name = file.Slug,
            Title = TextOf(file.Root, "title"),
            Repository = TextOf(file.Root, "repository"),
            Paths = TextsOf(file.Root, "paths"),
            Artifacts = Artifacts(file.Root),
            Environments = [.. file.Environments.Select(environment => Environment(environment, VariablesOf(file.Root)))],
            Builds = file.Root["builds"] is { } builds ? Builds(builds) : BuildRules.Standard,
            Previews = Previews(file),
            Releases = file.Root["releases"] is { } releases ? Releases(file.Slug, releases) : null,
            GitHub = Display(file.Root["github"]),
        };
        return TextsOf(file.Root, "version") is { Count: > 0 } patterns ? spec with { VersionPatterns = patterns } : spec;
    }

    /// <summary>The target and its settings, or null where they or its files are not right; what is wrong is reported elsewhere.</summary>
    public (ITarget Target, TargetSpec Spec)? TryBindTarget(SpecNode node)
    {
        if (!Fits(node, grammar.Target) || TextOf(node, "kind") is not { } kind || !targets.TryGetValue(kind, out var target)) return null;
        if (Brought(BroughtFiles.NamesOfTarget(node)) is not { } brought) return null;
        return (target, new TargetSpec(kind, JsonBinder.Bind((SpecNode.Mapping)node, target.Grammar, except: "kind")) { Files = brought });
    }

    /// <summary>The verification and its settings, or null where they or its files are not right.</summary>
    public (IVerification Verification, VerificationSpec Spec)? TryBindVerification(SpecNode node)
    {
        if (!Fits(node, grammar.Verification) || node.EntriesOrNone is not [var entry]) return null;
        if (!verifications.TryGetValue(entry.Key, out var verification) || Brought(entry.Value.Find("files")?.ScalarsOrNone ?? []) is not { } brought) return null;
        return (verification, new VerificationSpec(entry.Key, JsonBinder.Bind((SpecNode.Mapping)entry.Value, verification.Grammar), brought));
    }

    private static bool Fits(SpecNode node, Rule rule)
    {
        var errors = new SpecErrors();
        var checker = new SpecChecker(errors);
        checker.Check(node, rule);
        return errors.Count == 0 && !checker.MetRefused;
    }

    private FrozenDictionary<string, string>? Brought(IEnumerable<SpecNode.Scalar> names)
    {
        var brought = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (BroughtFiles.PathOf(name.Value) is not { } path || !files.TryGetValue(path, out var content)) return null;
            brought[name.Value] = content;
        }

        return brought.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static GitHubDisplay Display(SpecNode? node) => node is null
        ? GitHubDisplay.Standard
        : new GitHubDisplay(TextOf(node, "deployments") is not "false", TextOf(node, "environment") ?? GitHubDisplay.Standard.Environment);

    private EnvironmentSpec Environment(SpecNode.Entry entry, IReadOnlyDictionary<string, string> variables) => new()
    {
        Name = entry.Key,
        AutoDeploy = entry.Value.Find("auto_deploy") is { } rule ? new AutoDeploy(TextOf(rule, "branch"), TextOf(rule, "tag")) : null,
        After = TextsOf(entry.Value, "after"),
        Soak = TextOf(entry.Value, "soak") is { } soak && DurationText.TryParse(soak, out var duration) ? duration : null,
        Approvals = Needs(entry.Value.Find("approvals")),
        ApprovalTerms = Terms(entry.Value.Find("approval")),
        Freezes = [.. Items(entry.Value.Find("freeze")).Select(CalendarRuleOf)],
        Windows = [.. Items(entry.Value.Find("windows")).Select(CalendarRuleOf)],
        RequiredChecks = Checks(entry.Value.Find("required_checks")),
        OnFailure = TextOf(entry.Value, "on_failure") is "stay" ? OnFailure.Stay : OnFailure.Rollback,
        Target = Checked(TryBindTarget(entry.Value.Find("target")!)).Spec,
        Verify = entry.Value.Find("verify") is SpecNode.Sequence items ? [.. items.Items.Select(item => Checked(TryBindVerification(item)).Spec)] : [],
        Variables = Over(variables, VariablesOf(entry.Value)),
        Url = TextOf(entry.Value, "url"),
    };

    private static IReadOnlyList<SpecNode> Items(SpecNode? node) => node switch { null => [], SpecNode.Sequence list => list.Items, _ => [node] };

    private static CalendarRule CalendarRuleOf(SpecNode node)
    {
        var zone = ZoneClock.Find(TextOf(node, "zone") ?? "UTC")!;
        var reason = TextOf(node, "reason");
        if (TextOf(node, "from") is { } begins && ClockText.TryMoment(begins, out var from) && ClockText.TryMoment(TextOf(node, "to")!, out var to))
            return new CalendarRule.Once(from, to, zone, reason);
        var (start, end) = TextOf(node, "hours") is { } hours && ClockText.TryHours(hours, out var first, out var last) ? (first, last) : default;
        return new CalendarRule.Weekly([.. WeekDays.Words.Intersect(TextsOf(node, "days"), StringComparer.Ordinal).Select(WeekDays.Day)], start, end, zone, reason);
    }

    /// <summary><c>all</c> and <c>none</c> are words when they stand alone and names in a list.</summary>
    private static RequiredChecks? Checks(SpecNode? node) => node switch
    {
        null or SpecNode.Scalar { Value: "none" } => null,
        SpecNode.Scalar { Value: "all" } => RequiredChecks.Every,
        _ => new RequiredChecks([.. node.ScalarsOrNone.Select(name => name.Value)]),
    };

    private static BuildRules Builds(SpecNode node) => new()
    {
        Refs = [.. TextsOf(node, "refs").Select(BuildRules.RefPattern)],
        Workflows = [.. TextsOf(node, "workflows").Select(BuildRules.WorkflowPattern)],
        Ids = node.Find("ids") is { } ids ? new RepositoryIds(LongOf(ids, "repository"), LongOf(ids, "owner")) : null,
    };

    private PreviewSpec? Previews(ApplicationFile file) => file.Root["previews"] is not { } node ? null : new PreviewSpec
    {
        Label = TextOf(node, "label") ?? PreviewSpec.DefaultLabel,
        Expire = DurationText.TryParse(TextOf(node, "expire"), out var expire) ? expire : TimeSpan.FromDays(7),
        RequiredChecks = Checks(node.Find("required_checks")),
        Variables = Over(VariablesOf(file.Root), VariablesOf(node)),
        Url = TextOf(node, "url"),
        Targets =
        [
            .. file.PreviewTargets.Select(target => new PreviewTarget(target.Key, Template((SpecNode.Mapping)target.Value))
            {
                IsAutomatic = target.Key.Length == 0 && TextOf(node, "automatic") is "true",
            }),
        ],
    };

    /// <summary>Bound as written: it was checked with a number for <c>{pr}</c>, which only texts have in them.</summary>
    private TargetSpec Template(SpecNode.Mapping node)
    {
        var kind = TextOf(node, "kind")!;
        return new TargetSpec(kind, JsonBinder.Bind(node, targets[kind].Grammar, except: "kind")) { Files = Brought(BroughtFiles.NamesOfTarget(node))! };
    }

    private static ReleaseRules Releases(string slug, SpecNode node)
    {
        var standard = ReleaseRules.Standard;
        return new ReleaseRules
        {
            Tag = TextOf(node, "tag")?.Replace("{slug}", slug, StringComparison.Ordinal) ?? standard.Tag,
            Major = LabelsOf(node, "major") ?? standard.Major,
            Minor = LabelsOf(node, "minor") ?? standard.Minor,
            Patch = LabelsOf(node, "patch") ?? standard.Patch,
            Skip = LabelsOf(node, "skip") ?? standard.Skip,
            Default = TextOf(node, "default") switch { "major" => Bump.Major, "patch" => Bump.Patch, _ => Bump.Minor },
        };
    }

    private static IReadOnlyList<string>? LabelsOf(SpecNode node, string key) => node.Find(key) is null ? null : TextsOf(node, key);

    private static T Checked<T>(T? bound) where T : struct => bound ?? throw new InvalidOperationException("a spec was bound before it was found right");

    private static IReadOnlyList<ArtifactSpec> Artifacts(SpecNode root) => root.Find("artifact") is { } one
        ? [Artifact(Core.Artifacts.Artifact.DefaultName, one)]
        : [.. (root.Find("artifacts")?.EntriesOrNone ?? []).Select(entry => Artifact(entry.Key, entry.Value))];

    private static ArtifactSpec Artifact(string name, SpecNode node) => new(name, KindOf(TextOf(node, "kind")), TextOf(node, "source") ?? "")
    {
        Keep = node.Find("keep") is { } keep
            ? new ArtifactKeep(NumberOf(keep, "tagged") ?? ArtifactKeep.Default.Tagged, NumberOf(keep, "untagged_days") ?? ArtifactKeep.Default.UntaggedDays)
            : ArtifactKeep.Default,
    };

    private static int? NumberOf(SpecNode node, string key) => TextOf(node, key) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static long LongOf(SpecNode node, string key) => long.Parse(TextOf(node, key)!, CultureInfo.InvariantCulture);

    private static ArtifactKind KindOf(string? kind) => kind switch
    {
        "container" => ArtifactKind.Container,
        "static-site" => ArtifactKind.StaticSite,
        "function" => ArtifactKind.Function,
        "commit" => ArtifactKind.Commit,
        _ => throw new InvalidOperationException($"the artifact kind '{kind}' was not checked"),
    };

    private static IReadOnlyList<ApprovalNeed> Needs(SpecNode? node) => node is SpecNode.Sequence needs ? [.. needs.Items.Select(Need)] : [];

    private static ApprovalNeed Need(SpecNode node) => (node.Find("any"), node.Find("all")) switch
    {
        ({ } any, _) => new AnyNeed(Needs(any)),
        (_, { } all) => new AllNeed(Needs(all)),
        _ => new ApprovalRule(Party(node), NumberOf(node, "count") ?? 1),
    };

    private static string Party(SpecNode node) =>
        TextOf(node, "team") is { } team ? Parties.OfTeam(team) : TextOf(node, "user") is { } user ? Parties.OfUser(user) : TextOf(node, "role")!;

    private static ApprovalTerms Terms(SpecNode? node) => node is null
        ? ApprovalTerms.Standard
        : new ApprovalTerms(TextOf(node, "self") is "true", DurationText.TryParse(TextOf(node, "expires"), out var expires) ? expires : null);

    private static RoleSpec Role(SpecNode node) => new(TextsOf(node, "users"), TextsOf(node, "applications")) { Teams = TextsOf(node, "teams") };

    private static FrozenDictionary<string, string> Over(IReadOnlyDictionary<string, string> under, IReadOnlyDictionary<string, string> over)
    {
        var all = new Dictionary<string, string>(under, StringComparer.Ordinal);
        foreach (var (name, value) in over) all[name] = value;
        return all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static Dictionary<string, string> VariablesOf(SpecNode node) => (node.Find("variables")?.EntriesOrNone ?? [])
        .ToDictionary(entry => entry.Key, entry => ((SpecNode.Scalar)entry.Value).Value, StringComparer.Ordinal);

    private static string? TextOf(SpecNode node, string key) => (node.Find(key) as SpecNode.Scalar)?.Value;

    private static IReadOnlyList<string> TextsOf(SpecNode node, string key) => [.. (node.Find(key)?.ScalarsOrNone ?? []).Select(scalar => scalar.Value)];
}
