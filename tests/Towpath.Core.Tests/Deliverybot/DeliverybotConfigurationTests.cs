using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Deliverybot;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Xunit;

namespace Towpath.Core.Tests.Deliverybot;

/// <summary>Deliverybot files among the files of a configuration, and in <c>towpath.yaml</c>.</summary>
[Trait("Row", "D2")]
public sealed class DeliverybotConfigurationTests
{
    private const string File = "staging: { auto_deploy_on: refs/heads/main, environment: staging, required_contexts: [ci] }\n";
    private const string Spec = "name: web\ntitle: By spec\nartifact: { kind: commit }\nenvironments: { dev: { target: { kind: github } } }\n";

    [Fact]
    public void File_of_a_repository_is_an_application_beside_those_of_specs()
    {
        var configuration = Load(("apps/web.yaml", Spec), ("deliverybot/docs/acme/Docs.Site.yml", File)).Configuration!;
        var docs = configuration.FindApplication("docs")!;
        Assert.Equal(("acme/Docs.Site", "staging"), (docs.Repository, Assert.Single(docs.Environments).Name));
        Assert.Equal("By spec", configuration.FindApplication("web")!.Title);
    }

    [Fact]
    public void Application_with_a_spec_is_what_the_spec_says()
    {
        var result = Load(("apps/web.yaml", Spec), ("deliverybot/web/acme/web.yml", "staging: [wrong"));
        Assert.Empty(result.Errors);
        Assert.Equal("By spec", result.Configuration!.FindApplication("web")!.Title);
    }

    [Fact]
    public void File_without_targets_is_no_application() =>
        Assert.Empty(Load(("deliverybot/web/acme/web.yml", "# nothing yet\n")).Configuration!.Applications);

    [Theory]
    [InlineData("deliverybot/web/acme/web.yml", "staging:\n  auto_merge: maybe\n", "deliverybot/web/acme/web.yml:2:15", "wrong-type")]
    [InlineData("deliverybot/web.yml", File, "deliverybot/web.yml:1:1", "bad-name")]
    [InlineData("deliverybot/../acme/web.yml", File, "deliverybot/../acme/web.yml:1:1", "bad-name")]
    [InlineData("deliverybot/Web/acme/web.yml", File, "deliverybot/Web/acme/web.yml:1:1", "bad-name")]
    [InlineData("deliverybot/web/acme/web/x.yml", File, "deliverybot/web/acme/web/x.yml:1:1", "bad-name")]
    public void What_is_wrong_is_told_with_its_place(string path, string text, string place, string code)
    {
        var error = Assert.Single(Load((path, text)).Errors);
        Assert.Equal((place, code), ($"{error.File}:{error.Line}:{error.Column}", error.Code));
    }

    [Fact]
    public void Two_repositories_never_share_an_application()
    {
        var error = Assert.Single(Load(("deliverybot/web/acme/web.yml", File), ("deliverybot/web/other/web.yml", File)).Errors);
        Assert.Equal(("deliverybot/web/other/web.yml", "claimed-twice"), (error.File, error.Code));
    }

    [Fact]
    public void Repository_outside_of_the_operator_s_projects_is_told_to_ask_for_it()
    {
        var limits = new OperatorLimits { Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/web"]) } };
        Assert.Empty(Load(limits, ("deliverybot/web/acme/web.yml", File)).Errors);
        Assert.Equal("not-allowed", Assert.Single(Load(limits, ("deliverybot/web/acme/docs.yml", File)).Errors).Code);
    }

    [Fact]
    public void Control_plane_without_the_target_says_so()
    {
        var files = new ConfigurationFiles(new Dictionary<string, string>(StringComparer.Ordinal) { ["deliverybot/web/acme/web.yml"] = File }, null);
        Assert.Equal("unknown-kind", Assert.Single(new ConfigurationLoader([], [], []).Load(files, limits: null).Errors).Code);
    }

    [Theory]
    [InlineData("acme/web", "web")]
    [InlineData("acme/My.Site_2", "my-site-2")]
    [InlineData("acme/.github", "github")]
    [InlineData("acme/_", null)]
    public void Application_has_the_repository_s_name(string repository, string? slug) => Assert.Equal(slug, DeliverybotPlace.SlugOf(repository));

    [Fact]
    public void Operator_names_the_repositories()
    {
        var listed = Read("acme/web: {}, acme/docs: { application: handbook, ref: stable, unprotected: true, ids: { repository: 7, owner: 8 } }").Settings!.Deliverybot;
        Assert.Equal(["web", "handbook"], listed.Select(one => one.Application));
        Assert.Equal(new ConfigurationRepository("acme/web") { IsOfApplication = true }, listed[0].At);
        Assert.Equal(new ConfigurationRepository("acme/docs") { Branch = "stable", Unprotected = true, Ids = new RepositoryIds(7, 8), IsOfApplication = true }, listed[1].At);
        Assert.Equal(listed[1].Place, DeliverybotPlace.Of("deliverybot/handbook/acme/docs.yml"));
    }

    [Theory]
    [InlineData("acme/web: {}, other/web: {}", "of 'acme/web' and of 'other/web'; give one another name by 'application'")]
    [InlineData("acme/web: {}, Acme/Web: { application: b }", "upper from lower case")]
    [InlineData("acme/_: {}", "makes no name of an application")]
    [InlineData("acme: {}", "a GitHub repository as owner/name")]
    [InlineData("\"acme/*\": {}", "a GitHub repository as owner/name")]
    [InlineData("acme/web: { application: Web }", "lower-case letters")]
    [InlineData("acme/web: { applicaton: web }", "application")]
    [InlineData("acme/web: { ref: refs/heads/x }", "the name of a branch")]
    public void What_cannot_be_is_refused(string listed, string said) =>
        Assert.Contains(Read(listed).Errors, error => error.Message.Contains(said, StringComparison.Ordinal));

    private static OperatorSettingsResult Read(string listed) => OperatorSettingsReader.Read("towpath.yaml", $"config: {{ deliverybot: {{ {listed} }} }}\n", "/srv");

    private static ConfigurationResult Load(params (string Path, string Text)[] files) => Load(null, files);

    private static ConfigurationResult Load(OperatorLimits? limits, params (string Path, string Text)[] files) => new ConfigurationLoader([new Listener()], [], []).Load(
        new ConfigurationFiles(files.ToDictionary(file => file.Path, file => file.Text, StringComparer.Ordinal), null), limits);

    /// <summary>A target <c>github</c> that is never asked to do anything.</summary>
    private sealed class Listener : ITarget
    {
        public string Kind => "github";

        public Rule.Mapping Grammar { get; } = new();

        public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => [];

        public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

        public string? Capability(TargetSpec target) => null;

        public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) => throw new NotSupportedException("it is only named");

        public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => throw new NotSupportedException("it is only named");
    }
}
