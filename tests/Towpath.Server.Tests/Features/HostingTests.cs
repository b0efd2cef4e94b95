using System.Reflection;
using Towpath.Core.Targets;
using Towpath.Engine.Storage;
using Towpath.Server.Tests.Scene;

namespace Towpath.Server.Tests.Features;

/// <summary>What Towpath serves itself.</summary>
public sealed class HostingTests
{
    [Fact]
    [Trait("Row", "T3")]
    public async Task Sites_are_served_before_work_goes_on_that_looks_at_them()
    {
        var joined = new TaskCompletionSource();
        var host = new WatchingHost(joined.Task);

        await using var server = await TestServer.StartAsync(
            more: services => services.AddSingleton<ITargetHost>(host),
            store: store => Over<IStore>(store, (_, answer) => answer is IWorkTable work ? Over<IWorkTable>(work, (name, given) =>
            {
                if (name == nameof(IWorkTable.JoinAsync)) joined.TrySetResult();
                return given;
            }) : answer));

        await joined.Task;
        Assert.False(host.WorkCameFirst);
    }

    private static T Over<T>(T real, Func<string, object?, object?> onAnswer)
        where T : class
    {
        var proxy = DispatchProxy.Create<T, Watched<T>>();
        ((Watched<T>)(object)proxy).Begin(real, onAnswer);
        return proxy;
    }

    /// <summary>Takes its time, in which a node that does not wait for it would have begun.</summary>
    private sealed class WatchingHost(Task joined) : ITargetHost
    {
        private int _served;

        public bool WorkCameFirst { get; private set; }

        public IReadOnlyList<HostedEnvironment> Hosted => [];

        public async Task ServeAsync(Core.Applications.Configuration configuration, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _served) > 1) return;
            await Task.WhenAny(joined, Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, cancellationToken));
            WorkCameFirst = joined.IsCompleted;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>The real one, each of whose answers may be seen and replaced.</summary>
    public class Watched<T> : DispatchProxy
        where T : class
    {
        private T _real = null!;
        private Func<string, object?, object?> _onAnswer = null!;

        public void Begin(T real, Func<string, object?, object?> onAnswer) => (_real, _onAnswer) = (real, onAnswer);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            _onAnswer(targetMethod!.Name, targetMethod.Invoke(_real, BindingFlags.DoNotWrapExceptions, null, args, null));
    }
}
