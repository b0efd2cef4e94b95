using Towpath.Oci.Authentication;

namespace Towpath.Oci.Tests.Scene;

/// <summary>The client as the product registers it, with logins and variables of the test's own.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Client(TimeProvider? time = null, OciOptions? options = null, params IRegistryCredentials[] logins)
    {
        var services = new ServiceCollection().AddSingleton(time ?? TimeProvider.System);
        foreach (var login in logins) services.AddSingleton(login);
        _services = services.AddTowpathOci((options ?? new OciOptions()) with { Variable = name => name == "DOCKER_CONFIG" ? "/nonexistent" : null, Jitter = () => 0 }).BuildServiceProvider();
    }

    public IOciClient Oci => _services.GetRequiredService<IOciClient>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}

/// <summary>Logins by host, and how often each was asked for.</summary>
internal sealed class Logins(params (string Host, RegistryLogin Login)[] known) : IRegistryCredentials
{
    public List<string> Asked { get; } = [];

    public ValueTask<RegistryLogin?> FindAsync(string registry, RegistryLogin? refused, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add(registry);
        return ValueTask.FromResult<RegistryLogin?>(known.FirstOrDefault(k => k.Host == registry).Login);
    }
}
