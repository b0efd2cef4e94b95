using System.Text.Json;
using System.Xml;
using System.Xml.Linq;

namespace Towpath.Aws.Calling;

/// <summary>Reads what AWS says of a call that failed, in each of its protocols.</summary>
internal static class AwsErrors
{
    private const int Longest = 2000;

    public static AwsFailure Read(AwsRequest request, AwsResponse response)
    {
        var (code, message, region) = Parse(response);
        return new AwsFailure(
            request.Service.SigningName, request.Operation, response.Status, code ?? $"HTTP {response.Status}", message is { Length: > Longest } ? message[..Longest] : message ?? "",
            Header(response, "x-amzn-requestid") ?? Header(response, "x-amz-request-id")) { BucketRegion = Header(response, "x-amz-bucket-region") ?? region };
    }

    private static (string? Code, string? Message, string? Region) Parse(AwsResponse response)
    {
        var told = Header(response, "x-amzn-errortype") is { } header ? Plain(header) : null;
        try
        {
            return response.Body switch
            {
                [] => (told, null, null),
                [(byte)'<', ..] => OfXml(response.Body),
                _ => OfJson(response.Body) is var (code, message) ? (told ?? code, message, null) : (told, null, null),
            };
        }
        catch (Exception e) when (e is JsonException or XmlException)
        {
            return (told, null, null);
        }
    }

    private static (string? Code, string? Message) OfJson(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return (null, null);
        string? Text(string name) => document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var code = Text("__type") ?? Text("code") ?? Text("Code");
        return (code is null ? null : Plain(code), Text("message") ?? Text("Message") ?? Text("errorMessage"));
    }

    private static (string? Code, string? Message, string? Region) OfXml(byte[] body)
    {
        using var reader = XmlReader.Create(new MemoryStream(body), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
        var root = XDocument.Load(reader).Root;
        var error = root?.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == "Error");
        string? Text(string name) => error?.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;
        return (Text("Code"), Text("Message"), Text("Region"));
    }

    /// <summary><c>com.amazonaws.ecs#ClusterNotFoundException:http://…</c> is <c>ClusterNotFoundException</c>.</summary>
    private static string Plain(string code)
    {
        var name = code[(code.LastIndexOf('#') + 1)..];
        return name.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? name[..end] : name;
    }

    private static string? Header(AwsResponse response, string name) => response.Headers.GetValueOrDefault(name);
}
