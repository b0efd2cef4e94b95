using System.Net;
using Towpath.Core.Audit;
using Towpath.Core.Deployments;
using Towpath.Server.Api;

namespace Towpath.Cli.Demo;

/// <summary>One build carried from dev to production, three times; the third time production says no.</summary>
internal sealed class Story(Narrator narrator, DemoSite site, DemoPeople people, Visitor visitor)
{
    private readonly List<DemoBuild> _builds = [];

    public IReadOnlyList<DemoBuild> Builds => _builds;

    public bool RolledBack { get; private set; }

    public async Task TellAsync(CancellationToken cancellationToken)
    {
        await FirstAsync(cancellationToken);
        await SecondAsync(cancellationToken);
        await ThirdAsync(cancellationToken);
        await ProveAsync(cancellationToken);
    }

    private async Task FirstAsync(CancellationToken cancellationToken)
    {
        narrator.Chapter("dana commits the first edition; CI builds it once");
        var build = await BuildAsync("first edition", _ => { }, cancellationToken);
        await OnDevAsync(build, cancellationToken);
        await ServesAsync("staging", Visitor.Nothing, cancellationToken);

        narrator.Chapter("staging waits for staff");
        var staging = await people.Dana.PromoteAsync(build, "staging", cancellationToken);
        WaitsFor(staging, "staff");
        var refused = await people.Dana.TryApproveAsync(staging, cancellationToken);
        narrator.Check("dana, who asked, may not approve", refused is not null, refused?.Message ?? "approved");
        await ServesAsync("staging", Visitor.Nothing, cancellationToken);
        await people.Kim.ApproveAsync(staging, cancellationToken);
        narrator.Say("kim (staff) approves");
        await SucceedsAsync(staging, build, cancellationToken);

        narrator.Chapter("production waits for staff and for the client");
        var production = await people.Dana.PromoteAsync(build, "production", cancellationToken);
        WaitsFor(production, "staff", "client");
        WaitsFor(await people.Kim.ApproveAsync(production, cancellationToken), "client");
        narrator.Say("kim (staff) approved; the client has not, so production still waits");
        await ServesAsync("production", Visitor.Nothing, cancellationToken);
        await people.Pat.ApproveAsync(production, cancellationToken);
        narrator.Say("pat (client) approves");
        await SucceedsAsync(production, build, cancellationToken);
    }

    private async Task SecondAsync(CancellationToken cancellationToken)
    {
        narrator.Chapter("the second edition goes the same way");
        var build = await BuildAsync("second edition", folder => Write(folder, "edition", "second edition\n"), cancellationToken);
        await OnDevAsync(build, cancellationToken);
        await ServesAsync("production", "first edition", cancellationToken);
        await SucceedsAsync(await ApprovedStagingAsync(build, cancellationToken), build, cancellationToken);
        await SucceedsAsync(await ApprovedProductionAsync(build, cancellationToken), build, cancellationToken);
    }

    private async Task ThirdAsync(CancellationToken cancellationToken)
    {
        narrator.Chapter("the third edition forgets the imprint, and only production checks it");
        var build = await BuildAsync(
            "third edition",
            folder =>
            {
                Write(folder, "edition", "third edition\n");
                File.Delete(Path.Combine(folder, "pages", "imprint.txt"));
            },
            cancellationToken);
        await OnDevAsync(build, cancellationToken);
        await SucceedsAsync(await ApprovedStagingAsync(build, cancellationToken), build, cancellationToken);
        var production = await people.Dana.UntilEndedAsync((await ApprovedProductionAsync(build, cancellationToken)).Id, cancellationToken);
        narrator.Check("production's verification fails", production.Outcome?.Contains("imprint", StringComparison.Ordinal) == true, production.Outcome ?? Words.Of(production.Phase));
        var good = _builds[^2];
        RolledBack = production.Phase == Phase.RolledBack && production.KnownGood?.Digest == good.Digest;
        narrator.Check("it is rolled back by itself, to the digest that ran before", RolledBack, $"{Words.Of(production.Phase)}: {production.KnownGood?.Version} {production.KnownGood?.Digest.Short}");
        await ServesAsync("production", "second edition", cancellationToken);
        var imprint = await visitor.StatusOfAsync("production", "imprint.html", cancellationToken);
        narrator.Check("production has its imprint again", imprint == HttpStatusCode.OK, $"/imprint.html answers {(int)imprint}");
        await ServesAsync("staging", "third edition", cancellationToken);
    }

    private async Task ProveAsync(CancellationToken cancellationToken)
    {
        narrator.Chapter("what is on record");
        var application = await people.Administrator.LookAsync(cancellationToken);
        var production = application.Environments.Single(e => e.Name == "production");
        narrator.Check("production runs the very bytes that passed staging", production.Running?.Digest == _builds[1].Digest, $"{production.Running?.Digest}");
        narrator.Check("automatic promotion to production stands still until somebody resumes it", production.Suspension is not null, production.Suspension?.Reason ?? "not suspended");
        var lines = await SealedAsync(cancellationToken);
        var verified = AuditExport.Verify(lines, null);
        narrator.Check("the audit log is whole, and says who approved what", verified.Intact && lines.Any(l => l.Contains("\"pat\"", StringComparison.Ordinal)), verified.Problem ?? $"{verified.Entries} entries, none changed or missing");
    }

    private async Task<DemoBuild> BuildAsync(string message, Action<string> edit, CancellationToken cancellationToken)
    {
        var build = await site.CommitAsync(message, edit, cancellationToken);
        _builds.Add(build);
        await people.Ci.ReportAsync(build, cancellationToken);
        narrator.Say($"{build.Version} is {build.Digest}");
        return build;
    }

    private async Task OnDevAsync(DemoBuild build, CancellationToken cancellationToken)
    {
        var deployment = await people.Dana.AutomaticAsync(build, "dev", cancellationToken);
        narrator.Check("dev deploys it by itself", deployment is { Phase: Phase.Succeeded, Origin: Origin.Automatic } && deployment.Digest == build.Digest, $"{Words.Of(deployment.Phase)}, {deployment.Url}");
        await ServesAsync("dev", build.Message, cancellationToken);
    }

    private async Task<DeploymentView> ApprovedStagingAsync(DemoBuild build, CancellationToken cancellationToken)
    {
        var staging = await people.Dana.PromoteAsync(build, "staging", cancellationToken);
        narrator.Say("dana asks for staging; kim (staff) approves");
        return await people.Kim.ApproveAsync(staging, cancellationToken);
    }

    private async Task<DeploymentView> ApprovedProductionAsync(DemoBuild build, CancellationToken cancellationToken)
    {
        var production = await people.Dana.PromoteAsync(build, "production", cancellationToken);
        await people.Pat.ApproveAsync(production, cancellationToken);
        narrator.Say("dana asks for production; pat (client) and kim (staff) approve");
        return await people.Kim.ApproveAsync(production, cancellationToken);
    }

    private async Task SucceedsAsync(DeploymentView deployment, DemoBuild build, CancellationToken cancellationToken)
    {
        var ended = await people.Dana.UntilEndedAsync(deployment.Id, cancellationToken);
        narrator.Check($"{ended.Environment} deploys the same bytes", ended.Phase == Phase.Succeeded && ended.Digest == build.Digest, ended.Outcome ?? $"{Words.Of(ended.Phase)}, {ended.Digest.Short}, {ended.Url}");
        await ServesAsync(ended.Environment, build.Message, cancellationToken);
    }

    private async Task ServesAsync(string environment, string expected, CancellationToken cancellationToken)
    {
        var found = await visitor.AskAsync(environment, cancellationToken);
        narrator.Check($"{environment} serves {(expected == Visitor.Nothing ? expected : $"the {expected}")}", string.Equals(found, expected, StringComparison.Ordinal), $"HTTP says: {found}");
    }

    private void WaitsFor(DeploymentView deployment, params IReadOnlyList<string> roles) => narrator.Check(
        $"{deployment.Environment} waits for {string.Join(" and ", roles)}",
        deployment.Phase == Phase.Waiting && roles.All(r => deployment.WaitsFor?.Contains(r, StringComparison.Ordinal) == true),
        deployment.WaitsFor ?? Words.Of(deployment.Phase));

    /// <summary>Entries are sealed in batches, shortly after what they record.</summary>
    private async Task<IReadOnlyList<string>> SealedAsync(CancellationToken cancellationToken)
    {
        for (var tries = 0; ; tries++)
        {
            var lines = await people.Administrator.ExportAuditAsync(cancellationToken);
            if (tries == 100 || lines.Any(l => l.Contains("deployment.rolled_back", StringComparison.Ordinal))) return lines;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    private static void Write(string folder, string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);
}
