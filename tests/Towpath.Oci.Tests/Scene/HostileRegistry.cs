using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Towpath.Core.Artifacts;
using Towpath.Oci.Manifests;
using Towpath.Oci.References;

namespace Towpath.Oci.Tests.Scene;

/// <summary>A registry that answers whatever the test wants, and remembers what it was sent.</summary>
internal sealed class HostileRegistry : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HostileRegistry(WebApplication app) => _app = app;

    public string Host { get; private init; } = "";

    public ConcurrentQueue<(string Path, string? Authorization)> Requests { get; } = [];

    public static async Task<HostileRegistry> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        HostileRegistry? registry = null;
        app.Run(context =>
        {
            registry!.Requests.Enqueue((context.Request.Path + context.Request.QueryString, context.Request.Headers.Authorization));
            return answer(context);
        });
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return registry = new HostileRegistry(app) { Host = new Uri(address).Authority };
    }

    /// <summary>A reference into this registry.</summary>
    public ImageReference Image(string rest = "web:v1") => ImageReference.Parse($"{Host}/{rest}");

    /// <summary>Answers with bytes as a manifest.</summary>
    public static async Task ManifestAsync(HttpContext context, ReadOnlyMemory<byte> bytes, string? digest = null, string mediaType = MediaTypes.OciIndex)
    {
        context.Response.ContentType = mediaType;
        context.Response.ContentLength = bytes.Length;
        context.Response.Headers["Docker-Content-Digest"] = digest ?? Digest.Of(bytes.Span).Value;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(bytes);
    }

    public static Task ManifestAsync(HttpContext context, string text, string? digest = null) => ManifestAsync(context, Encoding.UTF8.GetBytes(text), digest);

    public static async Task ErrorAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        await context.Response.WriteAsync($$"""{"errors":[{"code":"{{code}}","message":"{{message}}"}]}""");
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
