using System.Collections.Concurrent;

namespace Towpath.AwsEmulator;

/// <summary>What the services remember: one object of each service's own state type.</summary>
public sealed class EmulatorState(EmulatorWorld world)
{
    private readonly ConcurrentDictionary<Type, Lazy<object>> _states = new();

    public T Of<T>() where T : class, new() => Of(static _ => new T());

    public T Of<T>(Func<EmulatorWorld, T> create) where T : class =>
        (T)_states.GetOrAdd(typeof(T), _ => new Lazy<object>(() => create(world))).Value;

    /// <summary>Forgets everything: the next <see cref="Of{T}()"/> makes a new state.</summary>
    public void Reset()
    {
        foreach (var type in _states.Keys)
            if (_states.TryRemove(type, out var state) && state is { IsValueCreated: true, Value: IDisposable disposable }) disposable.Dispose();
    }
}
