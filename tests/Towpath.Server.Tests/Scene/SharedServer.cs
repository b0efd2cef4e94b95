namespace Towpath.Server.Tests.Scene;

/// <summary>One server for the tests of a class that only ask and change nothing that another one looks at.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public TestServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TestServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
