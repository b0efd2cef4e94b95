using Towpath.Core.Artifacts;
using Towpath.Oci.Authentication;
using Towpath.Oci.Calling;

namespace Towpath.Oci.Tests.Scene;

/// <summary>The client as the product registers it, with logins and variables of the test's own.</summary>
internal sealed class Client : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Client(TimeProvider? time = null, HttpMessageHandler? handler = null, params IRegistryCredentials[] logins)
    {
        var services = new ServiceCollection().AddSingleton(time ?? TimeProvider.System);
        if (handler is not null) services.AddSingleton(new OciHttp(handler));
        foreach (var login in logins) services.AddSingleton(login);
        var options = new OciOptions { Variable = name => name == "DOCKER_CONFIG" ? "/nonexistent" : null, Jitter = () => 0 };
        _services = services.AddTowpathOci(options).BuildServiceProvider();
    }

    public IImageTags Tags => _services.GetServices<IImageTags>().Single();

    public IOciClient Oci => _services.GetRequiredService<IOciClient>();

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
