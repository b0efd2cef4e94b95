using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Towpath.Aws;
using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.GitHub;
using Towpath.GitHub.Target;
using Towpath.Local;
using Xunit;

namespace Towpath.Core.Tests.Applications;

/// <summary>The reference pages are checked against the validator, with the targets and verifications that the product registers.</summary>
public sealed partial class ReferenceTests
{
    private static readonly ConfigurationLoader Loader = MakeLoader();

    [Fact]
    public void Examples_of_app_specs_are_valid() => Assert.All(
        Blocks("app-spec.md", isServed: true), block => Assert.Empty(Load(("apps/docs.yaml", block), ("organization.yaml", Roles))));

    [Fact]
    public void Example_of_the_organization_is_valid_with_its_application()
    {
        var blocks = Blocks("organization.md", isServed: true);
        Assert.Empty(Load(("organization.yaml", blocks[0]), ("apps/docs.yaml", blocks[1])));
    }

    [Fact]
    public void Example_of_the_operators_settings_is_valid() => Assert.All(
        Blocks("towpath.md", isServed: true), block => Assert.Empty(OperatorSettingsReader.Read("towpath.yaml", block, "/srv").Errors));

    [Fact]
    public void What_is_shown_as_not_yet_is_refused_for_that_reason_alone()
    {
        SpecError[] errors =
        [
            .. Blocks("app-spec.md", isServed: false).SelectMany(block => Load(("apps/docs.yaml", block))),
            .. Blocks("organization.md", isServed: false).SelectMany(block => Load(("organization.yaml", block))),
            .. Blocks("towpath.md", isServed: false).SelectMany(block => OperatorSettingsReader.Read("towpath.yaml", block, "/srv").Errors),
        ];
        Assert.Equal(7, errors.Length);
        Assert.All(errors, error => Assert.Equal("not-yet", error.Code));
    }

    [Theory]
    [InlineData("http: { url: \"https://example.com/{nonsense}\" }", 22, "unknown-placeholder", "'{nonsense}' cannot be filled in here; known: {slug} {environment} {version} {sha} {short_sha}")]
    [InlineData("http: { url: \"https://example.com/${version}\" }", 22, "unknown-placeholder", "'${version}' is not filled in; placeholders stand in braces alone")]
    [InlineData("command: { run: [] }", 25, "bad-value", "the list is empty")]
    [InlineData("command: { run: [\"\"] }", 26, "bad-value", "the text is empty")]
    public void Verification_that_cannot_work_is_refused_where_it_stands(string verification, int column, string code, string message)
    {
        var spec = "name: docs\nartifact: { kind: commit }\nenvironments:\n  dev:\n    target: { kind: local-site, root: dev, port: 8081 }\n    verify:\n      - " + verification + "\n";
        var error = Assert.Single(Load(("apps/docs.yaml", spec)));
        Assert.Equal(("apps/docs.yaml", 7, column, code), (error.File, error.Line, error.Column, error.Code));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Where the grammar changed on purpose, <c>TOWPATH_UPDATE_SNAPSHOTS=1</c> writes the page anew.</summary>
    [Fact]
    public void List_of_all_keys_is_the_one_that_the_grammar_gives()
    {
        var page = $"""
            # All keys of the three files

            Made from the grammar that `towpath validate` checks with. `NAME` stands for a name of your choice, `[]` for an item of a list.

            {KeyReference.Of("`apps/<slug>.yaml`", Loader.Grammar.Root)}
            {KeyReference.Of("`organization.yaml`", OrganizationGrammar.Root)}
            {KeyReference.Of("`towpath.yaml`", OperatorGrammar.Root).TrimEnd()}

            """;
        var path = PathOf("keys.md");
        if (Environment.GetEnvironmentVariable("TOWPATH_UPDATE_SNAPSHOTS") is "1") File.WriteAllText(path, page);
        Assert.Equal(page, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private const string Roles = "roles: { staff: { users: [kim] }, client: { users: [pat] } }\n";

    private static IReadOnlyList<SpecError> Load(params (string Path, string Text)[] files) =>
        Loader.Load(new ConfigurationFiles(files.ToDictionary(f => f.Path, f => f.Text, StringComparer.Ordinal), null), limits: null).Errors;

    private static string[] Blocks(string page, bool isServed)
    {
        var blocks = YamlBlock().Matches(File.ReadAllText(PathOf(page)).ReplaceLineEndings("\n")).Select(match => match.Groups["yaml"].Value).ToArray();
        Assert.NotEmpty(blocks);
        return [.. blocks.Where(block => block.StartsWith("# not yet\n", StringComparison.Ordinal) != isServed)];
    }

    private static string PathOf(string page, [CallerFilePath] string test = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(test)!, "../../../docs/reference", page));

    private static ConfigurationLoader MakeLoader()
    {
        var services = new ServiceCollection()
            .AddTowpathLocal(new LocalOptions("machine", HostRequired: false, OperatorLimits.Nothing, "/nowhere"))
            .AddTowpathAws(new AwsOptions { DataFolder = "/nowhere" })
            .AddTowpathGitHub(new GitHubOptions()).AddGitHubTarget()
            .BuildServiceProvider();
        return new ConfigurationLoader(services.GetServices<ITarget>(), services.GetServices<IVerification>(), services.GetServices<IArtifactSource>());
    }

    [GeneratedRegex("```yaml\n(?<yaml>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex YamlBlock();
}
