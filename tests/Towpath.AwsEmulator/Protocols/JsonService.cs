using System.Text.Json;
using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Protocols;

/// <summary>A service of the JSON 1.0 or 1.1 protocol: <c>X-Amz-Target</c> names the operation.</summary>
public abstract class JsonService(string signingName, string version = "1.1") : IEmulatedService
{
    private readonly Dictionary<string, Func<JsonObject, EmulatorCall, Task<JsonObject>>> _operations = new(StringComparer.Ordinal);

    public string SigningName { get; } = signingName;

    public virtual WireProtocol Wire => WireProtocol.Json;

    public string OperationOf(EmulatorCall call)
    {
        var target = call.Http.Request.Headers["X-Amz-Target"].ToString();
        return target[(target.LastIndexOf('.') + 1)..];
    }

    public virtual IEnumerable<NeededPermission> NeedsOf(EmulatorCall call) => [new($"{SigningName}:{call.Operation}", null)];

    public async Task HandleAsync(EmulatorCall call)
    {
        if (!_operations.TryGetValue(call.Operation, out var operation)) throw Wire.UnknownOperation(call.Operation);
        var answer = await operation(InputOf(call), call);
        call.Http.Response.ContentType = $"application/x-amz-json-{version}";
        await JsonAnswer.WriteAsync(call, answer);
    }

    /// <summary>The call's input; parsed once.</summary>
    protected static JsonObject InputOf(EmulatorCall call)
    {
        if (call.Parsed is JsonObject parsed) return parsed;
        try
        {
            var input = call.Body.IsEmpty ? [] : JsonNode.Parse(call.Body.Span) as JsonObject;
            call.Parsed = input ?? throw new AwsFault("SerializationException", "The body is not a JSON object.");
            return input;
        }
        catch (JsonException)
        {
            throw new AwsFault("SerializationException", "The body is not JSON.");
        }
    }

    protected void On(string operation, Func<JsonObject, Caller, JsonObject> handler) =>
        _operations.Add(operation, (input, call) => Task.FromResult(handler(input, call.Caller)));

    protected void OnAsync(string operation, Func<JsonObject, EmulatorCall, Task<JsonObject>> handler) => _operations.Add(operation, handler);
}
