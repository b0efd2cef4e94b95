using Towpath.Cli.Output;

namespace Towpath.Cli.Client;

/// <summary>The exported audit log, line by line as the control plane sends it.</summary>
internal static class AuditLog
{
    public static async Task<Answer<AuditLines>> ReadAsync(ApiClient api, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "audit/export");
        var opened = await api.OpenAsync(request, cancellationToken);
        if (!opened.Is(out var response, out var failure)) return new Answer<AuditLines>(null, failure);
        using (response)
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
            var lines = new List<string>();
            while (await reader.ReadLineAsync(cancellationToken) is { } line) lines.Add(line);
            return new Answer<AuditLines>(new AuditLines(lines), null);
        }
    }
}
