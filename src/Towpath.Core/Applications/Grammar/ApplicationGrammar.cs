using Towpath.Core.Artifacts;
using static Towpath.Core.Applications.Grammar.Texts;

namespace Towpath.Core.Applications.Grammar;

/// <summary>The grammar of <c>apps/&lt;slug&gt;.yaml</c>, with the kinds of target and verification that are registered.</summary>
public sealed class ApplicationGrammar
{
    private static readonly Rule.MapOf Variables = new(MayBeEmpty, NameExpected: "a variable name: letters, digits and underscores") { AcceptsName = IsVariableName };

    /// <param name="targets">Kinds of target.</param>
    /// <param name="verifications">Kinds of verification.</param>
    public ApplicationGrammar(KindTable targets, KindTable verifications)
    {
        Target = new Rule.ByKind(targets.Served, targets.NotYet);
        Verification = new Rule.OneKeyOf(verifications.Served, verifications.NotYet);
        Environment = EnvironmentRule();
        Root = RootRule();
    }

    public Rule.Mapping Root { get; }

    public Rule.Mapping Environment { get; }

    public Rule.ByKind Target { get; }

    public Rule.OneKeyOf Verification { get; }

    public static Rule.ByKind Artifact { get; } = new(
        new Dictionary<string, Rule.Mapping>(StringComparer.Ordinal)
        {
            ["container"] = new Rule.Mapping(
                new Key("source", new Rule.Text(Expected: "a repository without a tag or digest") { Accepts = IsUntagged, Placeholders = ["slug"] }, "The repository without a tag.", Required: true),
                new Key("keep", KeepRule, "How many images the registry keeps; `towpath aws bootstrap` makes the rules.")),
            ["static-site"] = Bytes("Where the zip is: `s3://…`, `file:…` or a path.", ZipSource),
            ["function"] = Bytes("Where the zip is: `s3://…`, `file:…` or a path.", ZipSource),
            ["commit"] = new Rule.Mapping(),
        },
        new Dictionary<string, string>(StringComparer.Ordinal));

    private static Rule.Mapping KeepRule => new(
        new Key("tagged", new Rule.Number(1, 1000), "The latest that stay, for each pattern of `version`. Default 30."),
        new Key("untagged_days", new Rule.Number(1, 3650), "After how many days untagged ones go. Default 30."));

    private static Rule.Text ZipSource => new() { Placeholders = ["slug", "sha", "short_sha", "version"] };

    private static Rule.Mapping Bytes(string description, Rule source) => new(
        new Key("source", source, description, Required: true),
        new Key("keep", new Rule.Anything(), "How many artifacts are kept.", NotYet: "retention of zips"));

    private Rule.Mapping RootRule() => new(
        new Key("name", Slug, "The application's slug; equals the file name without `.yaml`.", Required: true),
        new Key("title", Any, "What people call it."),
        new Key("repository", Repository, "The GitHub repository; several applications may share one."),
        new Key("paths", new Rule.ListOf(FilePattern) { MinimumCount = 1, MaximumCount = 100 }, "In a repository of several applications: which changes concern this one. A push that changes none of these files is deployed nowhere by itself."),
        new Key("artifact", Artifact, "What CI builds and Towpath carries."),
        new Key("artifacts", new Rule.MapOf(Artifact, NameExpected: SlugExpected) { AcceptsName = IsSlug, MinimumCount = 1 }, "Several artifacts, promoted as one set of digests."),
        new Key("version", new Rule.ListOf(new Rule.Text { Placeholders = VersionLabel.Placeholders }, OrOne: true) { MinimumCount = 1 }, "How a build is labelled: the first pattern that can be filled in. Default `sha-{short_sha}`."),
        new Key("builds", BuildsRule, "Which workflow runs of the repository may report builds with their own token."),
        new Key("variables", Variables, "Settings for every environment; shown as part of what changes."),
        new Key("environments", new Rule.MapOf(Environment, NameExpected: SlugExpected) { AcceptsName = IsSlug, MinimumCount = 1 }, "Where it goes, in the order of the board.", Required: true),
        new Key("previews", PreviewsRule, "An environment of its own for each pull request that asks for one."),
        new Key("releases", ReleasesRule, "How versions and notes of releases follow from the labels of pull requests. Without it Towpath has nothing to do with releases."),
        new Key("github", GitHubRule, "How GitHub shows its deployments."),
        new Key("hotfix", new Rule.Anything(), "A shorter way to production with its own gates.", NotYet: "hotfixes"),
        new Key("notify", new Rule.Anything(), "Who is told of what.", NotYet: "notifications"))
    {
        ExactlyOneOf = ["artifact", "artifacts"],
    };

    private Rule.Mapping EnvironmentRule() => new(
        new Key("auto_deploy", AutoDeployRule, "Which builds are promoted here by themselves, when the gates open."),
        new Key("after", new Rule.ListOf(Slug), "Direct predecessors: this artifact must have succeeded in each."),
        new Key("soak", new Rule.Duration(), "How long ago it must have succeeded in every predecessor."),
        new Key("approvals", new Rule.ListOf(ApprovalGrammar.Need) { MaximumCount = ApprovalGrammar.MostRules }, "Whose yes it needs: all of these. One person counts for one rule."),
        new Key("approval", ApprovalGrammar.Terms, "Which approvals count."),
        new Key("required_checks", ChecksRule, "Checks of GitHub that the commit must have passed: names, best as `github-actions/NAME` or `app:SLUG/NAME`, `all` that are known (at least one), or `none`. Nothing is asked about if left out."),
        new Key("freeze", CalendarGrammar.Rules, "When nothing may be deployed here. Where clocks are put back, all that may be meant."),
        new Key("windows", CalendarGrammar.Rules, "When something may be deployed here, and at no other time. Where clocks are put back, only what is surely meant."),
        new Key("on_failure", new Rule.Text(OneOf: ["rollback", "stay"]), "After a failed deployment: put back what last succeeded (default), or leave it for people to look at."),
        new Key("target", Target, "Where it is deployed to.", Required: true),
        new Key("verify", new Rule.ListOf(Verification), "What proves, after the switch, that it runs."),
        new Key("variables", Variables, "Over those of the application."),
        new Key("url", WebAddress, "Where people find it."));

    private static Rule.Mapping BuildsRule { get; } = new(
        new Key("refs", new Rule.ListOf(new Rule.Text(Expected: "a branch such as main or release/*, or a tag such as refs/tags/v*, but never any") { Accepts = BuildRules.IsRefPattern }, OrOne: true) { MinimumCount = 1, MaximumCount = 100 }, "Of which branches and tags. Default: those that `auto_deploy` names."),
        new Key("workflows", new Rule.ListOf(new Rule.Text(Expected: "a file in .github/workflows such as build.yml, or a reusable workflow such as acme/shared/.github/workflows/build.yml@refs/tags/v*") { Accepts = BuildRules.IsWorkflowPattern }, OrOne: true) { MinimumCount = 1, MaximumCount = 100 }, "Which workflows. Default: any of the repository's own at such a ref."),
        new Key("ids", IdsRule, "GitHub's ids of the repository and its owner, which are asked of GitHub if left out, once."));

    public static Rule.Mapping IdsRule => new(
        new Key("repository", new Rule.Number(Minimum: 1), "The repository's id.", Required: true),
        new Key("owner", new Rule.Number(Minimum: 1), "Its owner's id.", Required: true));

    private static Rule.Mapping GitHubRule { get; } = new(
        new Key("deployments", new Rule.Toggle(), "Whether each deployment is a GitHub Deployment of `repository`, too. Default `true`, where the GitHub App is installed there."),
        new Key("environment", new Rule.Text(Expected: "a name with {environment} in it") { Accepts = text => text.Length <= 150 && text.Contains("{environment}", StringComparison.Ordinal), Placeholders = ["slug", "environment"] }, "GitHub's name of an environment. Default `{environment}`; `{slug}/{environment}` keeps the applications of one repository apart."));

    private static Rule.Text WebAddress { get; } = new(Expected: "an address such as https://www.example.com")
    {
        Accepts = text => text.Length <= 2000 && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0,
    };

    private static Rule.Text PreviewAddress { get; } = new(Expected: "an address such as https://{environment}.preview.example.com")
    {
        Accepts = text => WebAddress.Accepts!(text.Replace("{pr}", "1", StringComparison.Ordinal).Replace("{environment}", "pr-1", StringComparison.Ordinal)), Placeholders = ["pr", "environment"],
    };

    private static Rule.Text FilePattern { get; } = new(Expected: "a pattern of files from the repository's root, such as services/web/**")
    {
        Accepts = text => text.Length <= 500 && !text.Any(char.IsControl) && text.Split('/').All(part => part is not ("" or "." or "..")),
    };

    private static Rule.ListOf ChecksRule { get; } = new(Any, OrOne: true) { MinimumCount = 1, MaximumCount = 100 };

    private static Rule.Text Label { get; } = new(Expected: "a label of at most 50 characters") { Accepts = text => text.Length <= 50 };

    private static Rule.ListOf Labels { get; } = new(Label, OrOne: true);

    // Targets are checked with a number for {pr}, which their own rules could not read.
    private static Rule.Mapping PreviewsRule { get; } = new(
        new Key("label", Label, "The label that asks for one; `LABEL/NAME` asks for the target of that name. Default `deploy`."),
        new Key("expire", new Rule.Duration(), "How long one stays in whose pull request nothing happens. Default `7d`."),
        new Key("automatic", new Rule.Toggle(), "Whether every pull request from the repository's own branches has one, without a label."),
        new Key("required_checks", ChecksRule, "As for environments."),
        new Key("variables", Variables, "Over those of the application."),
        new Key("url", PreviewAddress, "Where people find one: `{pr}` is the number, `{environment}` the environment's name, such as `pr-42-qa`."),
        new Key("target", new Rule.Anything(), "Where it is deployed to, as for environments, with `{pr}` for the number in what tells one from the other."),
        new Key("targets", new Rule.MapOf(new Rule.Anything(), NameExpected: SlugExpected) { AcceptsName = IsSlug, MinimumCount = 1 }, "Several, by the name behind the label's slash."));

    private static Rule.Mapping ReleasesRule { get; } = new(
        new Key("tag", new Rule.Text(Expected: "a tag with {version} in it, such as v{version}") { Accepts = text => text.Contains(Releases.ReleaseRules.VersionPlaceholder, StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace), Placeholders = ["version", "slug"] }, "The git tag. Default `v{version}`."),
        new Key("major", Labels, "Labels that raise the first number. Default `major`."),
        new Key("minor", Labels, "Labels that raise the second. Default `minor` and `enhancement`."),
        new Key("patch", Labels, "Labels that raise the third. Default `patch`, `bug` and `hotfix`."),
        new Key("default", new Rule.Text(OneOf: ["major", "minor", "patch"]), "For a pull request without any of these. Default `minor`."),
        new Key("skip", Labels, "Labels that leave a pull request out. Default `no-release`."));

    private static Rule.Mapping AutoDeployRule { get; } = new(
        new Key("branch", Pattern, "Builds of a branch that matches; `*` stands for anything but `/`, `**` for anything."),
        new Key("tag", new Rule.Text(Expected: Pattern.Expected) { Accepts = Pattern.Accepts, Placeholders = ["slug"] }, "Builds of a tag that matches; `{slug}` is filled in."))
    {
        ExactlyOneOf = ["branch", "tag"],
    };

    private static bool IsUntagged(string text) =>
        !text.Contains('@', StringComparison.Ordinal) && !text[(text.LastIndexOf('/') + 1)..].Contains(':', StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace);
}
