using System.Reflection;
using Towpath.Engine.Storage;

namespace Towpath.Dashboard.Tests.Scene;

/// <summary>What every request runs into as soon as it asks who is calling; null while all is well.</summary>
public sealed class StoreTrouble
{
    private volatile Exception? _now;

    public Exception? Now
    {
        get => _now;
        set => _now = value;
    }
}

/// <summary>The real store, with trouble where a test wants it.</summary>
public class TroubledStore : DispatchProxy
{
    private IStore _store = null!;
    private StoreTrouble _trouble = null!;

    public static IStore Over(IStore store, StoreTrouble trouble)
    {
        var proxy = Create<IStore, TroubledStore>();
        (((TroubledStore)(object)proxy)._store, ((TroubledStore)(object)proxy)._trouble) = (store, trouble);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == "get_" + nameof(IStore.Access) && _trouble.Now is { } trouble) throw trouble;
        return targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);
    }
}
