using Towpath.Core.Deployments;

namespace Towpath.Local.Sites;

/// <summary>What the steps of this target have in common: inputs, a folder that is still allowed, and words for a disk that fails.</summary>
internal abstract class SiteStep(LocalOptions options) : IStep
{
    public abstract string Kind { get; }

    public virtual StepPolicy Policy => new(TimeSpan.FromMinutes(30));

    protected LocalOptions Options => options;

    public async Task<StepResult> RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        var inputs = SiteInputs.Read(context.Inputs);
        try
        {
            return SiteFolder.Problem(inputs.Root, options) is { } problem
                ? new StepResult.Failed(problem)
                : await RunAsync(context, inputs, cancellationToken);
        }
        catch (IOException e) when (Posix.IsDiskFull(e))
        {
            return new StepResult.Errored(new IOException($"there is no space left on the disk of '{inputs.Root}'; free some, then retry", e));
        }
        catch (UnauthorizedAccessException e)
        {
            return new StepResult.Errored(new IOException(
                $"the operating system does not let Towpath change '{inputs.Root}'; give its user the right to write there: {e.Message}", e));
        }
        catch (IOException e)
        {
            return new StepResult.Errored(e);
        }
    }

    protected abstract Task<StepResult> RunAsync(StepContext context, SiteInputs inputs, CancellationToken cancellationToken);

    /// <summary>The complete release of this digest, if there is one.</summary>
    protected static async Task<ReleaseManifest?> FindReleaseAsync(SiteInputs inputs, CancellationToken cancellationToken)
    {
        var manifest = await ReleaseManifest.ReadAsync(inputs.Folder.Release(inputs.Digest), cancellationToken);
        return manifest?.Digest == inputs.Digest ? manifest : null;
    }
}
