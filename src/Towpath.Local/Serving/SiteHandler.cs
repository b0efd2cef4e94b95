using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Towpath.Core;
using Towpath.Core.Sites;
using Towpath.Local.Sites;

namespace Towpath.Local.Serving;

/// <summary>Answers the requests to one site. Which release answers is decided once per request.</summary>
internal sealed class SiteHandler(EnvironmentKey key, CurrentRelease current)
{
    private const string Revalidate = "max-age=0, must-revalidate";
    private const string Forever = "max-age=31536000, immutable";

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await TextAsync(context, StatusCodes.Status405MethodNotAllowed, "This site is only for reading: GET and HEAD.");
            return;
        }

        context.Response.Headers.CacheControl = Revalidate;
        try
        {
            await AnswerAsync(context, await current.ReadAsync(context.RequestAborted));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Pruned between two lines of this method, after a switch: the new one is there.
            current.Forget();
            await AnswerAsync(context, await current.ReadAsync(context.RequestAborted));
        }
    }

    private Task AnswerAsync(HttpContext context, Release? release)
    {
        var path = context.Request.Path.Value is { Length: > 0 } value ? value : "/";
        if (path == SiteStatus.Path) return StatusAsync(context, release);
        if (release is null) return NothingYetAsync(context);
        switch (release.Find(path))
        {
            case Finding.Content content: return ContentAsync(context, release, content);
            case Finding.Folder folder:
                context.Response.StatusCode = StatusCodes.Status301MovedPermanently;
                // From our own names, never from the request's text: `//host` must not become a redirect to that host.
                context.Response.Headers.Location = new PathString(folder.Path).ToUriComponent() + context.Request.QueryString.ToUriComponent();
                return Task.CompletedTask;
            default: return TextAsync(context, StatusCodes.Status404NotFound, "There is no such page.");
        }
    }

    private static Task ContentAsync(HttpContext context, Release release, Finding.Content content)
    {
        var type = ContentTypes.Of(content.Name);
        if (content.Status != StatusCodes.Status200OK) return PageAsync(context, content, type);
        var modified = release.Manifest.UnpackedAt;
        KeepExactDateOnly(context.Request, modified);
        if (content.File.Immutable) context.Response.Headers.CacheControl = Forever;
        return Results.File(Open(content.Path), type, fileDownloadName: null, modified, new EntityTagHeaderValue($"\"{content.File.Sha256[..32]}\""), enableRangeProcessing: true)
            .ExecuteAsync(context);
    }

    /// <summary>
    /// After a rollback the release is older than what browsers have seen; a later date then means another release, not the same.
    /// So dates are compared for equality, as web servers do.
    /// </summary>
    private static void KeepExactDateOnly(HttpRequest request, DateTimeOffset modified)
    {
        if (request.Headers.IfModifiedSince.Count > 0 && request.GetTypedHeaders().IfModifiedSince != modified) request.Headers.Remove(HeaderNames.IfModifiedSince);
    }

    private static async Task PageAsync(HttpContext context, Finding.Content content, string type)
    {
        await using var stream = Open(content.Path);
        context.Response.StatusCode = content.Status;
        context.Response.ContentType = type;
        context.Response.ContentLength = stream.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await stream.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private async Task StatusAsync(HttpContext context, Release? release)
    {
        var record = release is null ? null : await SwitchRecord.ReadAsync(current.Folder, context.RequestAborted);
        var since = record is not null && record.Digest == release?.Manifest.Digest ? record.Since : release?.Manifest.UnpackedAt;
        context.Response.StatusCode = release is null ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await BodyAsync(context, "application/json; charset=utf-8", JsonSerializer.SerializeToUtf8Bytes(
            new SiteStatus(key.Application, key.Environment, release?.Manifest.Digest, release?.Name, since), LocalJson.Default.SiteStatus));
    }

    private Task NothingYetAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = 5.ToString(CultureInfo.InvariantCulture);
        var name = HtmlEncoder.Default.Encode(key.ToString());
        return BodyAsync(context, "text/html; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(
            $"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{name}</title><h1>Nothing is deployed yet</h1><p>{name} has no release so far. It appears here with its first deployment.</p></html>\n"));
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        return BodyAsync(context, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text + "\n"));
    }

    private static async Task BodyAsync(HttpContext context, string type, byte[] body)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static FileStream Open(string path) => new(path, new FileStreamOptions
    {
        Access = FileAccess.Read, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0,
    });
}
