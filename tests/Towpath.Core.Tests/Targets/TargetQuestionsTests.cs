using Towpath.Core.Applications;
using Towpath.Core.Artifacts;
using Towpath.Core.Applications.Grammar;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Core.Tests.Applications;
using Xunit;

namespace Towpath.Core.Tests.Targets;

public sealed class TargetQuestionsTests
{
    private static readonly EnvironmentSpec Dev = new() { Name = "dev", Target = new TargetSpec("shy", []) };
    private static readonly ApplicationSpec Web = new() { Name = "web", Artifacts = [], Environments = [Dev] };

    [Fact]
    public async Task Target_outside_of_what_the_operator_allows_is_not_even_asked()
    {
        var target = new ShyTarget(_ => throw new InvalidOperationException("was asked")) { Forbidden = ["role x is not yours"] };

        var refused = Assert.IsType<ObserveResult.Refused>(await Ask(target).ObserveAsync(Web, Dev, CancellationToken.None));

        Assert.Equal(("role x is not yours", RefusalKind.NotAllowed), (refused.Reason, refused.Kind));
    }

    [Theory]
    [InlineData(RefusalKind.NotAllowed)]
    [InlineData(RefusalKind.Technical)]
    public async Task Fault_that_explains_itself_is_a_refusal_of_its_kind(RefusalKind kind)
    {
        var target = new ShyTarget(_ => throw new ExplainedException(kind));

        var observed = Assert.IsType<ObserveResult.Refused>(await Ask(target).ObserveAsync(Web, Dev, CancellationToken.None));
        var inspected = Assert.IsType<InspectResult.Refused>(await Ask(target).InspectAsync(Web, Dev, CancellationToken.None));

        Assert.Equal((kind, kind), (observed.Kind, inspected.Kind));
        Assert.Equal("it said no; ask somebody", inspected.Reason);
    }

    [Theory]
    [InlineData(TargetHealth.Nothing, FindingState.Ok)]
    [InlineData(TargetHealth.Healthy, FindingState.Ok)]
    [InlineData(TargetHealth.Changing, FindingState.Ok)]
    [InlineData(TargetHealth.Unhealthy, FindingState.Wrong)]
    [InlineData(TargetHealth.Unknown, FindingState.Skipped)]
    public async Task Kind_without_inspection_is_observed(TargetHealth health, FindingState state)
    {
        var target = new ShyTarget(_ => new ObserveResult.Seen(new Observation { Health = health, Summary = "as seen" }));

        var inspected = Assert.IsType<InspectResult.Inspected>(await Ask(target).InspectAsync(Web, Dev, CancellationToken.None));

        Assert.Equal(("shy", state, "as seen"), (inspected.Finding.Subject, inspected.Finding.State, inspected.Finding.Detail));
    }

    [Theory]
    [InlineData("ghcr.io/acme/web", 1)]
    [InlineData("ghcr.io/payroll/web", 0)]
    public async Task What_a_target_says_that_it_runs_is_believed_within_the_project(string image, int artifacts)
    {
        var limits = new OperatorLimits
        {
            Projects = new Dictionary<string, ProjectLimits>(StringComparer.Ordinal) { ["portal"] = new(["acme/web"]) { Registries = ["ghcr.io/acme/*"] } },
        };
        var target = new ShyTarget(_ => new ObserveResult.Seen(new Observation
        {
            Health = TargetHealth.Healthy, Summary = "as seen", Artifacts = [new Artifact(Artifact.DefaultName, ArtifactKind.Container, image, Digest.Of(image))],
        }));

        var seen = Assert.IsType<ObserveResult.Seen>(await Ask(target, limits: limits).ObserveAsync(Web with { Repository = "acme/web" }, Dev, CancellationToken.None)).Observation;

        Assert.Equal(artifacts, seen.Artifacts.Count);
        Assert.Equal(artifacts == 0, seen.Summary.StartsWith("as seen; but the container repository 'ghcr.io/payroll/web' is outside of the project 'portal'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Kind_with_an_inspection_is_inspected()
    {
        var inspection = new Inspection(new Finding("service web", FindingState.Ok));

        var inspected = Assert.IsType<InspectResult.Inspected>(await Ask(new ShyTarget(_ => throw new InvalidOperationException()), inspection: inspection).InspectAsync(Web, Dev, CancellationToken.None));

        Assert.Equal("service web", inspected.Finding.Subject);
    }

    [Fact]
    public async Task Kind_without_a_preview_tells_no_differences() => Assert.Null(await Ask(new ShyTarget(_ => throw new InvalidOperationException())).PreviewAsync(Request, CancellationToken.None));

    [Fact]
    public async Task Preview_that_is_denied_is_refused_as_not_allowed()
    {
        var refused = Assert.IsType<PreviewResult.Refused>(
            await Ask(new ShyTarget(_ => throw new InvalidOperationException()), new Preview(() => throw new ExplainedException(RefusalKind.NotAllowed))).PreviewAsync(Request, CancellationToken.None));

        Assert.Equal(RefusalKind.NotAllowed, refused.Kind);
    }

    private static PlanRequest Request => new(new EnvironmentKey("web", "dev"), Dev, "v1", "", [], null, []);

    private static TargetQuestions Ask(ITarget target, ITargetPreview? preview = null, ITargetInspection? inspection = null, OperatorLimits? limits = null) => new(
        new TargetCatalog([target], []), preview is null ? [] : [preview], inspection is null ? [] : [inspection], [new FakeRegistry()], limits ?? OperatorLimits.Nothing);
}

file sealed class ExplainedException(RefusalKind kind) : IOException("no"), IExplainedFault
{
    public string FaultCode => "no";

    public RefusalKind Kind => kind;

    public string Explanation => "it said no; ask somebody";
}

file sealed class ShyTarget(Func<TargetLook, ObserveResult> says) : ITarget
{
    public string Kind => "shy";

    public Rule.Mapping Grammar { get; } = new();

    public IReadOnlyList<string> Forbidden { get; init; } = [];

    public IReadOnlyList<string> Check(EnvironmentKey key, TargetSpec target, OperatorLimits limits) => Forbidden;

    public IReadOnlyList<string> Claims(EnvironmentKey key, TargetSpec target) => [];

    public string? Capability(TargetSpec target) => null;

    public Task<PlanResult> PlanAsync(PlanRequest request, CancellationToken cancellationToken) => throw new NotSupportedException("only observed here");

    public Task<ObserveResult> ObserveAsync(TargetLook look, CancellationToken cancellationToken) => Task.FromResult(says(look));
}

file sealed class Inspection(Finding finding) : ITargetInspection
{
    public string Kind => "shy";

    public Task<Finding> InspectAsync(TargetLook look, CancellationToken cancellationToken) => Task.FromResult(finding);
}

file sealed class Preview(Func<PreviewResult> previews) : ITargetPreview
{
    public string Kind => "shy";

    public Task<PreviewResult> PreviewAsync(PlanRequest request, CancellationToken cancellationToken) => Task.FromResult(previews());
}
