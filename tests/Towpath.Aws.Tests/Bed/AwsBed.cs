using Amazon.Runtime;
using Towpath.Aws.Calling;
using Towpath.Aws.Credentials;
using Towpath.AwsEmulator;
using Towpath.Core.Deployments;
using Towpath.Core.Operators;
using Towpath.Core.Targets;
using Towpath.Testing;

namespace Towpath.Aws.Tests.Bed;

/// <summary>
/// An emulated AWS, and processes of Towpath that work on it: each has services of its own. Both sides have one clock, which goes on by itself in small
/// steps and jumps where a deployment sleeps, so that minutes take no time.
/// </summary>
internal sealed class AwsBed : IAsyncDisposable
{
    /// <summary>What waits within a call is let pass; what limits a call (60 s) is not.</summary>
    private static readonly TimeSpan Waits = TimeSpan.FromSeconds(5);

    private readonly List<ServiceProvider> _processes = [];

    private AwsBed(Emulator emulator, VirtualTime time) => (Emulator, Time) = (emulator, time);

    public Emulator Emulator { get; }

    public VirtualTime Time { get; }

    /// <summary>Whose keys the processes have; the emulator's root unless a test says otherwise.</summary>
    public Func<AwsOptions, IAwsCredentials>? Credentials { get; set; }

    /// <summary>Processes find their keys as in production, and assume roles.</summary>
    public bool UsesChain { get; set; }

    /// <summary>What specs may use; everything unless a test says otherwise.</summary>
    public OperatorLimits Limits { get; set; } = OperatorLimits.Nothing with { Trusted = true };

    /// <summary>Further registrations for each process.</summary>
    public Action<IServiceCollection> Register { get; set; } = _ => { };

    public static async Task<AwsBed> StartAsync(EmulatorOptions? options = null)
    {
        // The SDK signs by the real clock where it signs itself.
        var time = new VirtualTime(TimeProvider.System.GetUtcNow());
        return new AwsBed(await Emulator.StartAsync((options ?? new EmulatorOptions()) with { Time = time }, TestContext.Current.CancellationToken), time);
    }

    /// <summary>A process that has just begun.</summary>
    /// <param name="http">Its way to AWS; null for an ordinary one.</param>
    public ServiceProvider NewProcess(HttpMessageHandler? http = null)
    {
        var options = new AwsOptions { DataFolder = Path.GetTempPath(), Variable = VariableOf };
        var services = new ServiceCollection();
        Register(services);
        if (http is not null) services.AddSingleton(_ => new AwsHttp(http));
        if (!UsesChain) services.AddSingleton(Credentials?.Invoke(options) ?? new RootKeys(Emulator.Options));
        services.AddSingleton<TimeProvider>(Time)
            .AddTowpathAws(options)
            .AddSingleton(Limits)
            .AddSingleton<TargetCatalog>().AddSingleton<StepCatalog>().AddSingleton<DeploymentPlanner>().AddSingleton<DeploymentRunner>();
        var process = services.BuildServiceProvider();
        _processes.Add(process);
        return process;
    }

    private string? VariableOf(string name) => name switch
    {
        "AWS_ENDPOINT_URL" => Emulator.Url.ToString(),
        "AWS_ACCESS_KEY_ID" when UsesChain => Emulator.Options.AccessKey,
        "AWS_SECRET_ACCESS_KEY" when UsesChain => Emulator.Options.Secret,
        _ => null,
    };

    /// <summary>Awaits something while the clock goes on.</summary>
    public async Task<T> PassAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            // Yields to whoever works; the step is real and short, and nothing depends on its length.
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None));
            if (Time.NextTimer is { } next && next - Time.GetUtcNow() <= Waits) Time.AdvanceTo(next);
        }

        return await task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        await Emulator.DisposeAsync();
    }

    private sealed class RootKeys(EmulatorOptions options) : IAwsCredentials
    {
        public Task<ImmutableCredentials> GetAsync(AwsScope scope, CancellationToken cancellationToken) =>
            Task.FromResult(new ImmutableCredentials(options.AccessKey, options.Secret, null));

        public bool Forget(AwsScope scope) => false;
    }
}
