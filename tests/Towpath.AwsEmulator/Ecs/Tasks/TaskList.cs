using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Ecs.Tasks;

/// <summary>The tasks of a cluster, oldest first. As at AWS, a stopped task is forgotten after an hour.</summary>
public sealed class TaskList(Region region)
{
    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly Dictionary<string, EcsTask> _byId = new(StringComparer.Ordinal);
    private readonly List<EcsTask> _inOrder = [];
    private DateTimeOffset _nextLook;

    public IReadOnlyList<EcsTask> All
    {
        get
        {
            Forget();
            return _inOrder;
        }
    }

    public void Add(EcsTask task)
    {
        _byId[task.Id] = task;
        _inOrder.Add(task);
    }

    /// <summary>By ID or ARN.</summary>
    public EcsTask? Find(string idOrArn)
    {
        Forget();
        return _byId.GetValueOrDefault(idOrArn[(idOrArn.LastIndexOf('/') + 1)..]);
    }

    private void Forget()
    {
        if (region.Now < _nextLook) return;
        _nextLook = region.Now + TimeSpan.FromMinutes(1);
        var before = region.Now - Kept;
        foreach (var task in _inOrder)
            if (task.StoppedAt < before) _byId.Remove(task.Id);
        _inOrder.RemoveAll(task => task.StoppedAt < before);
    }
}
