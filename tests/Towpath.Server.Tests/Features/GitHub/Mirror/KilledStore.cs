using System.Reflection;
using Towpath.Engine.Storage;

namespace Towpath.Server.Tests.Features.GitHub.Mirror;

/// <summary>The real store, at one of whose commits about mirrors the work is broken off, as if the process ended there.</summary>
public class KilledStore : DispatchProxy
{
    private IStore _store = null!;
    private KillPoint _at = null!;

    public static IStore Over(IStore store, KillPoint at)
    {
        var proxy = Create<IStore, KilledStore>();
        (((KilledStore)(object)proxy)._store, ((KilledStore)(object)proxy)._at) = (store, at);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IStore.CommitAsync) && args![0] is Commit commit && commit.Changes.Any(change => change is Change.SaveMirror))
            return _at.PassAsync(() => _store.CommitAsync(commit, (CancellationToken)args[1]!));
        return targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}

/// <summary>Before and after each such commit is a point, counted from 0.</summary>
public sealed class KillPoint
{
    private int _passed;

    /// <summary>Where it ends; null for nowhere.</summary>
    public int? At { get; set; }

    public int Passed => Volatile.Read(ref _passed);

    public void Begin(int? at) => (At, _passed) = (at, 0);

    internal async Task<CommitOutcome> PassAsync(Func<Task<CommitOutcome>> commit)
    {
        Pass();
        var outcome = await commit();
        Pass();
        return outcome;
    }

    private void Pass()
    {
        if (Interlocked.Increment(ref _passed) - 1 == At) throw new InvalidOperationException("it ended here");
    }
}
