using Towpath.Core.Audit;
using Towpath.Engine.Storage;
using Towpath.Engine.Work;
using Towpath.Server.Api;
using Towpath.Server.Security;
using Towpath.Server.Security.Keys;
using Towpath.Server.Web;

namespace Towpath.Server.Features.Audit;

/// <summary>The audit log: page by page, or whole with its signed head.</summary>
public sealed class ReadAudit(IStore store, AuditSealer sealer, Access access, AuditKey key)
{
    private const int Usual = 200;
    private const int Most = 1000;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/audit", async (long? after, int? limit, HttpContext http, ReadAudit use, CancellationToken cancellationToken) =>
                (await use.PageAsync(http.Caller(), after ?? 0, limit ?? Usual, cancellationToken)).ToHttp())
            .WithName("readAudit").WithSummary("Sealed entries of the audit log, in the order of the chain.").WithTags("audit")
            .Produces<AuditPage>().Needs(Permission.Administer);
        api.MapGet("/audit/export", async (HttpContext http, ReadAudit use, CancellationToken cancellationToken) =>
                await use.ExportAsync(http.Caller(), cancellationToken))
            .WithName("exportAudit").WithSummary("The whole audit log as lines of JSON, the signed head last; `towpath audit verify` checks it offline.").WithTags("audit")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").DisableRequestTimeout().Needs(Permission.Administer);
    }

    public async Task<Answer<AuditPage>> PageAsync(Caller caller, long after, int limit, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return no;
        if (limit is < 1 or > Most || after < 0) return Refusal.Invalid("bad_limit", $"`limit` is a number from 1 to {Most}, `after` a position from 0.");
        return new AuditPage(await store.Audit.ReadAsync(after, limit, cancellationToken), await store.Audit.HeadAsync(cancellationToken));
    }

    public async Task<IResult> ExportAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (await access.RefuseAsync(caller, Permission.Administer, null, cancellationToken) is { } no) return new Answer<AuditPage>(null, no).ToHttp();
        // What was recorded up to now belongs in.
        await sealer.SealAsync(null, cancellationToken);
        var head = await store.Audit.HeadAsync(cancellationToken);
        return Results.Stream(stream => WriteAsync(stream, head, cancellationToken), "application/x-ndjson", "audit.ndjson");
    }

    private async Task WriteAsync(Stream stream, ChainHead head, CancellationToken cancellationToken)
    {
        await using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        for (var position = 0L; position < head.Position;)
        {
            var page = await store.Audit.ReadAsync(position, Most, cancellationToken);
            if (page.Count == 0) throw new InvalidOperationException($"the audit log ends at {position} of {head.Position}");
            foreach (var entry in page.TakeWhile(e => e.Position <= head.Position)) await writer.WriteLineAsync(AuditExport.Line(entry).AsMemory(), cancellationToken);
            position = page[^1].Position;
        }

        await writer.WriteLineAsync(AuditExport.HeadLine(head, key.Value).AsMemory(), cancellationToken);
    }
}
