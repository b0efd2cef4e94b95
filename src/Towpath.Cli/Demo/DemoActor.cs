using Towpath.Cli.Client;
using Towpath.Cli.Output;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo;

/// <summary>One person, or CI, acting through the API.</summary>
internal sealed class DemoActor(string name, ApiClient api, TimeProvider time)
{
    public const string Application = "docs";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public async Task<string> CreateTokenAsync(CreateToken token, CancellationToken cancellationToken) =>
        Expect(await api.PostAsync("tokens", token, ApiJson.Default.CreateToken, ApiJson.Default.NewToken, cancellationToken), $"make a token for {token.User}").Token;

    public async Task ReportAsync(DemoBuild build, CancellationToken cancellationToken) => Expect(
        await api.PostAsync(
            "builds",
            new ReportBuild
            {
                Application = Application, Commit = build.Commit, Branch = "main", Author = DemoSite.Author,
                Artifacts = [new ReportedArtifact($"builds/{build.Commit}.zip", Digest: build.Digest.Value)],
            },
            ApiJson.Default.ReportBuild, ApiJson.Default.Build, cancellationToken),
        $"report {build.Version}");

    public async Task<DeploymentView> PromoteAsync(DemoBuild build, string environment, CancellationToken cancellationToken) => Expect(
        await api.PostAsync(
            "promotions", new RequestPromotion(Application, environment, build.Version), ApiJson.Default.RequestPromotion, ApiJson.Default.DeploymentView, cancellationToken),
        $"promote {build.Version} to {environment}");

    public async Task<DeploymentView> ApproveAsync(DeploymentView deployment, CancellationToken cancellationToken) => Expect(
        await api.PostAsync($"deployments/{deployment.Id}/approve", new Decide(), ApiJson.Default.Decide, ApiJson.Default.DeploymentView, cancellationToken),
        $"approve {deployment.Version} on {deployment.Environment}");

    /// <summary>Why this person may not approve it; null when they could.</summary>
    public async Task<Failure?> TryApproveAsync(DeploymentView deployment, CancellationToken cancellationToken) =>
        (await api.PostAsync($"deployments/{deployment.Id}/approve", new Decide(), ApiJson.Default.Decide, ApiJson.Default.DeploymentView, cancellationToken)).Failure;

    public async Task<DeploymentView> UntilEndedAsync(string id, CancellationToken cancellationToken) =>
        await UntilAsync(
            async () => Expect(await api.GetAsync($"deployments/{id}", ApiJson.Default.DeploymentView, cancellationToken), $"read deployment {id}") is var d && d.Phase.IsTerminal() ? d : null,
            $"deployment {id} did not end", cancellationToken);

    /// <summary>The deployment that Towpath made by itself.</summary>
    public async Task<DeploymentView> AutomaticAsync(DemoBuild build, string environment, CancellationToken cancellationToken)
    {
        var summary = await UntilAsync(
            async () => Expect(await api.GetAsync($"deployments?application={Application}&environment={environment}&limit=10", ApiJson.Default.DeploymentList, cancellationToken), "list deployments")
                .Deployments.FirstOrDefault(d => string.Equals(d.Version, build.Version, StringComparison.Ordinal)),
            $"nothing deployed {build.Version} to {environment}", cancellationToken);
        return await UntilEndedAsync(summary.Id, cancellationToken);
    }

    public async Task<ApplicationView> LookAsync(CancellationToken cancellationToken) =>
        Expect(await api.GetAsync($"applications/{Application}", ApiJson.Default.ApplicationView, cancellationToken), "read the application");

    public async Task<IReadOnlyList<string>> ExportAuditAsync(CancellationToken cancellationToken) =>
        Expect(await AuditLog.ReadAsync(api, cancellationToken), "export the audit log").Lines;

    private async Task<T> UntilAsync<T>(Func<Task<T?>> look, string otherwise, CancellationToken cancellationToken)
        where T : class
    {
        for (var end = time.GetUtcNow() + Patience; time.GetUtcNow() < end;)
        {
            if (await look() is { } found) return found;
            await Task.Delay(TimeSpan.FromMilliseconds(60), time, cancellationToken);
        }

        throw new DemoTrouble($"{otherwise} within {Patience.TotalSeconds:0} seconds");
    }

    private T Expect<T>(Answer<T> answer, string what)
        where T : class => answer.Is(out var value, out var failure) ? value : throw new DemoTrouble($"{name} could not {what}: {failure.Message}");
}
