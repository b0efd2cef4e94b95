using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;
using Towpath.AwsEmulator.Protocols;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>AWS Lambda. Source: AWS Lambda API Reference, version 2015-03-31.</summary>
internal sealed class LambdaApi(EmulatorWorld world) : IEmulatedService, IScriptedService
{
    public string SigningName => "lambda";

    public WireProtocol Wire => WireProtocol.RestJson;

    public string OperationOf(EmulatorCall call) => LambdaRoute.Of(call).Operation;

    public IEnumerable<NeededPermission> NeedsOf(EmulatorCall call)
    {
        var route = LambdaRoute.Of(call);
        var action = call.Operation == "Invoke" ? "lambda:InvokeFunction" : $"lambda:{call.Operation}";
        var name = route.Function ?? InputOf(call).Text("FunctionName");
        yield return new NeededPermission(action, name is null ? null
            : name.StartsWith("arn:", StringComparison.Ordinal) ? name : $"arn:aws:lambda:{call.Caller.Region}:{call.Caller.Account}:function:{name}");
        if (InputOf(call).Text("Role") is { } role) yield return new NeededPermission("iam:PassRole", role);
    }

    public async Task HandleAsync(EmulatorCall call)
    {
        var route = LambdaRoute.Of(call);
        var input = route.Operation == "Invoke" ? [] : InputOf(call);
        var code = route.Operation switch
        {
            "CreateFunction" => CodeSource.Read(world, call, input.Member("Code") ?? []),
            "UpdateFunctionCode" => CodeSource.Read(world, call, input),
            _ => default,
        };
        var (status, answer) = world.Estate().Look(estate =>
            Handle(new LambdaCall(estate.In(call.Caller.Account, call.Caller.Region), route, input, code, call)));
        call.Http.Response.StatusCode = status;
        if (answer is null) return;
        call.Http.Response.ContentType = "application/json";
        await call.Http.Response.WriteAsync(answer, call.Aborted);
    }

    /// <summary>
    /// <c>{ "createTakesMs", "updateTakesMs", "answers": [{ "function", "version", "payload", "functionError" }], "failUpdates": [{ "function", "reason" }] }</c>
    /// </summary>
    public void Follow(JsonObject script)
    {
        var lambda = world.Estate().Look(estate => estate.Lambda);
        if (script.Fraction("createTakesMs") is { } create) lambda.CreateTakes = TimeSpan.FromMilliseconds(create);
        if (script.Fraction("updateTakesMs") is { } update) lambda.UpdateTakes = TimeSpan.FromMilliseconds(update);
        foreach (var answer in script.Items("answers"))
            lambda.Answer(answer.Text("function")!, new InvocationAnswer(answer.Text("payload") ?? "null", answer.Text("functionError")), answer.Text("version"));
        foreach (var failure in script.Items("failUpdates")) lambda.FailUpdate(failure.Text("function")!, failure.Text("reason") ?? "InternalError");
    }

    private (int Status, string? Answer) Handle(LambdaCall call) => call.Route.Operation switch
    {
        "CreateFunction" => (StatusCodes.Status201Created, FunctionCalls.Create(call).ToJsonString()),
        "ListFunctions" => (StatusCodes.Status200OK, FunctionCalls.List(call).ToJsonString()),
        "GetFunction" => (StatusCodes.Status200OK, FunctionCalls.Get(call).ToJsonString()),
        "GetFunctionConfiguration" => (StatusCodes.Status200OK, FunctionCalls.GetConfiguration(call).ToJsonString()),
        "UpdateFunctionCode" => (StatusCodes.Status200OK, FunctionCalls.UpdateCode(call).ToJsonString()),
        "UpdateFunctionConfiguration" => (StatusCodes.Status200OK, FunctionCalls.UpdateConfiguration(call).ToJsonString()),
        "DeleteFunction" => (StatusCodes.Status204NoContent, FunctionCalls.Delete(call)?.ToJsonString()),
        "PublishVersion" => (StatusCodes.Status201Created, VersionCalls.Publish(call).ToJsonString()),
        "ListVersionsByFunction" => (StatusCodes.Status200OK, VersionCalls.List(call).ToJsonString()),
        "CreateAlias" => (StatusCodes.Status201Created, AliasCalls.Create(call).ToJsonString()),
        "GetAlias" => (StatusCodes.Status200OK, AliasCalls.Get(call).ToJsonString()),
        "UpdateAlias" => (StatusCodes.Status200OK, AliasCalls.Update(call).ToJsonString()),
        "DeleteAlias" => (StatusCodes.Status204NoContent, AliasCalls.Delete(call)?.ToJsonString()),
        "ListAliases" => (StatusCodes.Status200OK, AliasCalls.List(call).ToJsonString()),
        "Invoke" => Invocation.Run(call),
        _ => throw Wire.UnknownOperation(call.Route.Operation),
    };

    private static JsonObject InputOf(EmulatorCall call)
    {
        if (call.Parsed is JsonObject parsed) return parsed;
        var input = call.Body.IsEmpty || call.Operation == "Invoke" ? [] : Ecr.JsonSyntax.Read(System.Text.Encoding.UTF8.GetString(call.Body.Span))
            ?? throw new AwsFault("InvalidRequestContentException", "Could not parse request body into json");
        call.Parsed = input;
        return input;
    }
}

/// <summary>One call to Lambda.</summary>
internal sealed record LambdaCall(Region Region, LambdaRoute Route, JsonObject Input, ReadOnlyMemory<byte> Code, EmulatorCall Call)
{
    public LambdaScript Script => Region.Estate.Lambda;

    public string? Query(string name) => Call.Http.Request.Query[name] is [var value, ..] ? value : null;

    /// <summary>The function of the path, and the qualifier where one is given.</summary>
    public (Function Function, string? Qualifier) Named() => Region.Lambda.Named(Route.Function!, Query("Qualifier"));

    /// <summary>A list in pages with markers.</summary>
    public JsonObject Listed(string name, IEnumerable<JsonObject> all)
    {
        var size = int.TryParse(Query("MaxItems"), out var items) ? items : 50;
        var (page, next) = Pages.Of([.. all], Query("Marker"), size);
        return Json.Object((name, Json.Array(page)), ("NextMarker", next));
    }
}
