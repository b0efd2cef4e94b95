using Towpath.AwsEmulator.Ecs.Rollouts;
using Towpath.AwsEmulator.Lambda;

namespace Towpath.AwsEmulator.Estates;

/// <summary>
/// The services whose resources act on each other (a task of ECS pulls from ECR, writes to Logs and is watched by alarms),
/// each per account and region. Everything in it is read and changed under one lock, after time was let pass.
/// </summary>
public sealed class Estate(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Account, string Region), Region> _regions = [];

    public Timeline Timeline { get; } = new(time);

    /// <summary>Whether an account has a parameter in a region.</summary>
    public Func<string, string, string, bool> HasParameter { get; init; } = (_, _, _) => true;

    /// <summary>What happens to deployments and tasks.</summary>
    public EcsScript Script { get; } = new();

    /// <summary>How functions behave.</summary>
    public LambdaScript Lambda { get; } = new();

    /// <summary>Looks at the world or changes it, when everything that was due has happened.</summary>
    public T Look<T>(Func<Estate, T> look)
    {
        lock (_gate)
        {
            Timeline.Advance();
            return look(this);
        }
    }

    /// <summary>The same for a change without an answer.</summary>
    public void Change(Action<Estate> change) => Look(estate =>
    {
        change(estate);
        return true;
    });

    /// <summary>What one account has in one region. Only inside <see cref="Look"/>.</summary>
    public Region In(string account, string region)
    {
        if (!_regions.TryGetValue((account, region), out var found)) _regions[(account, region)] = found = new Region(this, account, region);
        return found;
    }
}
