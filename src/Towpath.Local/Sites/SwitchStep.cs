using Towpath.Core.Targets;
using System.Text.Json.Nodes;
using Towpath.Core.Artifacts;
using Towpath.Core.Deployments;

namespace Towpath.Local.Sites;

/// <summary>
/// Points <c>current</c> to the release: from one request to the next the site is the new one, whole. Pruning may have chosen the release before
/// this deployment started: what it removed since then is unpacked again.
/// </summary>
internal sealed class SwitchStep(LocalOptions options, IEnumerable<IArtifactSource> sources, ISiteFiles files, TimeProvider time) : SiteStep(options)
{
    private readonly UnpackStep _unpack = new(options, sources, files, time);

    public const string Name = "local-site.switch";

    public override string Kind => Name;

    public override StepPolicy Policy => new(TimeSpan.FromMinutes(5));

    protected override async Task<StepResult> RunAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        var folder = inputs.Folder;
        if (await BringAsync(context, inputs, cancellationToken) is { } no) return no;
        var seen = folder.ReadLink();
        if (seen == SiteFolder.LinkTo(inputs.Digest)) context.Log($"release {inputs.Digest.Short} is served already");
        else await SwitchAsync(context, inputs, seen, cancellationToken);
        // Removed between the look and the switch; from here on it is served, and stays.
        if (await BringAsync(context, inputs, cancellationToken) is { } gone) return gone;
        await RecordAsync(context, inputs, cancellationToken);
        return new StepResult.Done();
    }

    /// <returns>Null when the release is there.</returns>
    private async Task<StepResult?> BringAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken)
    {
        if (await FindReleaseAsync(inputs, cancellationToken) is not null) return null;
        context.Log($"release {inputs.Digest.Short} was removed meanwhile and is unpacked again");
        return await _unpack.RunAsync(context, cancellationToken) is var result and not StepResult.Done ? result : null;
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
