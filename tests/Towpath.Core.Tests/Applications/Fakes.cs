using Towpath.Core.Applications;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;

namespace Towpath.Core.Tests.Applications;

/// <summary>A target with a folder and a port of its own, of which it allows what the operator lists.</summary>
internal sealed class FakeSite(string kind = "local-site") : ITarget
{
    public string Kind => kind;

    public Rule.Mapping Grammar { get; } = new(
        new Key("root", new Rule.Text { Placeholders = ["environment"] }, "The folder of the releases.", Required: true),
        new Key("port", new Rule.Number(1, 65535), "The port."),
        new Key("secrets", new Rule.MapOf(Texts.SecretReference), "References only."),
        new Key("listing", new Rule.Toggle(), "Whether folders are listed."));

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) =>
        limits.Folders.Contains((string)target.Settings["root"]!) ? [] : [$"the folder '{target.Settings["root"]}' is not among the operator's allowed folders; ask for it under allow.folders"];

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) =>
        target.Settings["port"] is { } port ? [$"folder {target.Settings["root"]}", $"port {port}"] : [$"folder {target.Settings["root"]}"];

    public string? Capability(TargetSpec target) => null;

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) =>
        Task.FromResult<ObserveResult>(new ObserveResult.Seen(new Observation { Health = TargetHealth.Unknown, Summary = "not told" }));

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<PlanResult>(new PlanResult.Refused("a fake plans nothing"));
}

/// <summary>Container repositories, of which a project may use those that it lists.</summary>
internal sealed class FakeRegistry : IArtifactSource
{
    public string Scheme => ArtifactScheme.Oci;

    public string? Check(string source, OperatorLimits limits) => ProjectChecks.Registry(limits, source);

    public Task<ArtifactLookup> DescribeAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException("a fake reads nothing");

    public Task<Stream> OpenAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException("a fake reads nothing");
}

internal sealed class FakeVerification(string kind, Rule.Mapping grammar) : IVerification
{
    public static FakeVerification Http { get; } = new("http", new Rule.Mapping(
        new Key("url", new Rule.Text(), "The address.", Required: true),
        new Key("status", new Rule.Number(100, 599), "The status."),
        new Key("body", new Rule.Text(), "What the body contains."),
        new Key("headers", new Rule.MapOf(new Rule.Text()), "Headers of the request."),
        new Key("within", new Rule.Duration(), "How long it may take.")));

    public static FakeVerification Command { get; } = new("command", new Rule.Mapping(
        new Key("run", new Rule.ListOf(new Rule.Text()) { MinimumCount = 1 }, "Program and arguments.", Required: true),
        new Key("files", new Rule.ListOf(new Rule.Text()), "Files from beside the spec."),
        new Key("within", new Rule.Duration(), "How long it may take.")));

    public string Kind => kind;

    public Rule.Mapping Grammar => grammar;

    public IReadOnlyList<string> Check(EnvironmentKey key, VerificationSpec verification, OperatorLimits limits) =>
        (string?)verification.Settings["run"]?[0] is { } program && !limits.Commands.Contains(program)
            ? [$"the program '{program}' is not among the operator's allowed commands; ask for it under allow.commands"]
            : [];

    public PlanStep Plan(VerificationSpec verification, PlanRequest request, int ordinal) => throw new NotSupportedException("a fake plans nothing");
}

internal static class Specs
{
    public static ConfigurationLoader Loader { get; } = new([new FakeSite(), new FakeSite("github")], [FakeVerification.Http, FakeVerification.Command], [new FakeRegistry()]);

    public const string Web = """
        name: web
        artifact: { kind: static-site, source: "builds/{sha}.zip" }
        environments:
          dev: { target: { kind: local-site, root: web-dev } }

        """;

    public static ConfigurationResult Load(string web, string? organization = null, OperatorLimits? limits = null) => Load(limits, organization is null
        ? [("apps/web.yaml", web)]
        : [("apps/web.yaml", web), ("organization.yaml", organization)]);

    public static ConfigurationResult Load(OperatorLimits? limits, params (string Path, string Text)[] files) =>
        Loader.Load(new ConfigurationFiles(files.ToDictionary(f => f.Path, f => f.Text, StringComparer.Ordinal), Source: null), limits);

    public static ApplicationSpec Application(this ConfigurationResult result, string name = "web")
    {
        Xunit.Assert.Equal("", string.Join('\n', result.Errors));
        return result.Configuration!.FindApplication(name)!;
    }
}
