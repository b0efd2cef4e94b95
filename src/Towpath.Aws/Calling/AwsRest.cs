using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Towpath.Aws.Calling;

/// <summary>Calls of the protocol restJson1 (Smithy specification, "AWS restJson1 protocol").</summary>
public static class AwsRest
{
    private const string Json = "application/json";

    /// <summary>A call without a body, such as a GET.</summary>
    public static async Task<TOut> CallAsync<TOut>(this AwsCaller caller, AwsScope scope, RestOperation operation, JsonTypeInfo<TOut> outputType, CancellationToken cancellationToken)
    {
        var response = await caller.SendAsync(scope, operation.Request([]), cancellationToken);
        return AwsJson.Read(operation.Service, operation.Name, response, body => JsonSerializer.Deserialize(body, outputType));
    }

    /// <summary>A call with a typed body. Absent members are left out.</summary>
    public static async Task<TOut> CallAsync<TIn, TOut>(
        this AwsCaller caller, AwsScope scope, RestOperation operation, TIn input, JsonTypeInfo<TIn> inputType, JsonTypeInfo<TOut> outputType, CancellationToken cancellationToken)
    {
        var response = await caller.SendAsync(scope, operation.Request(JsonSerializer.SerializeToUtf8Bytes(input, inputType)), cancellationToken);
        return AwsJson.Read(operation.Service, operation.Name, response, body => JsonSerializer.Deserialize(body, outputType));
    }

    /// <param name="Service">The service.</param>
    /// <param name="Name">The operation.</param>
    /// <param name="Method">The verb.</param>
    /// <param name="Path">The path, its parts escaped.</param>
    public sealed record RestOperation(AwsService Service, string Name, HttpMethod Method, string Path)
    {
        /// <summary>Query parameters, not escaped.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

        internal AwsRequest Request(byte[] body) => new()
        {
            Service = Service,
            Operation = Name,
            Method = Method,
            Path = Path,
            Query = Query,
            Body = body,
            ContentType = body.Length > 0 ? Json : null,
        };
    }
}
