using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Towpath.Aws.Calling;

/// <summary>Calls of the protocols awsJson1.1 and restJson1 (Smithy specification, "AWS protocols").</summary>
public static class AwsJson
{
    private const string Json11 = "application/x-amz-json-1.1";

    /// <summary>An awsJson1.1 call with typed input and output.</summary>
    /// <param name="caller">Sends it.</param>
    /// <param name="scope">Where, and on whose behalf.</param>
    /// <param name="operation">Service, target prefix and name.</param>
    /// <param name="input">Absent members are left out.</param>
    /// <param name="inputType">Source-generated.</param>
    /// <param name="outputType">Source-generated; unknown members are ignored.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<TOut> CallAsync<TIn, TOut>(
        this AwsCaller caller, AwsScope scope, JsonOperation operation, TIn input, JsonTypeInfo<TIn> inputType, JsonTypeInfo<TOut> outputType, CancellationToken cancellationToken)
    {
        var response = await caller.SendAsync(scope, operation.Request(JsonSerializer.SerializeToUtf8Bytes(input, inputType)), cancellationToken);
        return Read(operation.Service, operation.Name, response, body => JsonSerializer.Deserialize(body, outputType));
    }

    /// <summary>An awsJson1.1 call whose documents are kept as they are, so that nothing that AWS added since is lost.</summary>
    public static async Task<JsonObject> CallAsync(this AwsCaller caller, AwsScope scope, JsonOperation operation, JsonObject input, CancellationToken cancellationToken)
    {
        var response = await caller.SendAsync(scope, operation.Request(JsonSerializer.SerializeToUtf8Bytes<JsonNode>(input, AwsJsonContext.Default.JsonNode)), cancellationToken);
        return Read(operation.Service, operation.Name, response, body => JsonNode.Parse(body) as JsonObject);
    }

    /// <summary>Reads an answer, and tells one that is no such document apart from AWS's own errors.</summary>
    /// <exception cref="AwsException">It is not what was expected.</exception>
    public static T Read<T>(AwsService service, string operation, AwsResponse response, Func<byte[], T?> parse)
    {
        try
        {
            if (parse(response.Body.Length == 0 ? "{}"u8.ToArray() : response.Body) is { } value) return value;
        }
        catch (JsonException e)
        {
            throw Unreadable(e);
        }

        throw Unreadable(null);

        AwsException Unreadable(JsonException? e) =>
            new(new AwsFailure(service.SigningName, operation, response.Status, "UnreadableAnswer", "the answer is not the document that this call has; is the endpoint AWS's?"), e);
    }

    /// <param name="Service">The service.</param>
    /// <param name="TargetPrefix">What stands before the name in <c>X-Amz-Target</c>.</param>
    /// <param name="Name">The operation.</param>
    public sealed record JsonOperation(AwsService Service, string TargetPrefix, string Name)
    {
        internal AwsRequest Request(byte[] body) => new()
        {
            Service = Service,
            Operation = Name,
            Body = body,
            ContentType = Json11,
            Headers = [new KeyValuePair<string, string>("X-Amz-Target", $"{TargetPrefix}.{Name}")],
        };
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonNode))]
internal sealed partial class AwsJsonContext : System.Text.Json.Serialization.JsonSerializerContext;
