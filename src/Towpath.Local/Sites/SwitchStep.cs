using System.Text.Json.Nodes;
using Towpath.Core.Deployments;

namespace Towpath.Local.Sites;

/// <summary>Points <c>current</c> to the release: from one request to the next the site is the new one, whole.</summary>
internal sealed class SwitchStep(LocalOptions options, ISiteFiles files, TimeProvider time) : SiteStep(options)
{
    public const string Name = "local-site.switch";

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromMinutes(5));

    protected override async Task<StepResult> RunAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        var folder = inputs.Folder;
        if (await FindReleaseAsync(inputs, cancellationToken) is null)
            return new StepResult.Failed($"release {inputs.Digest.Short} is gone from '{folder.Releases}'; deploy again");
        var seen = folder.ReadLink();
        if (seen == SiteFolder.LinkTo(inputs.Digest)) context.Log($"release {inputs.Digest.Short} is served already");
        else await SwitchAsync(context, inputs, seen, cancellationToken);
        await RecordAsync(context, inputs, cancellationToken);
        return new StepResult.Done();
    }

    private async Task SwitchAsync(StepContext context, SiteInputs inputs, string? seen, CancellationToken cancellationToken)
    {
        if (context.Undo is not { } undo || Settings.Text(undo, "current") != seen)
            await context.RecordUndoAsync(new JsonObject { ["current"] = seen }, cancellationToken);
        await context.EnsureOwnedAsync(cancellationToken);
        await files.SwitchCurrentAsync(inputs.Folder, inputs.Digest, seen, cancellationToken);
        context.Log($"switched from {seen ?? "nothing"} to release {inputs.Digest.Short}");
    }

    private async Task RecordAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        var record = await SwitchRecord.ReadAsync(inputs.Folder, cancellationToken);
        if (record?.Digest == inputs.Digest) return;
        await context.EnsureOwnedAsync(cancellationToken);
        await files.RecordSwitchAsync(
            inputs.Folder, new SwitchRecord(context.Deployment.Id.Value, context.IdempotencyToken, inputs.Digest, time.GetUtcNow()), cancellationToken);
    }
}
