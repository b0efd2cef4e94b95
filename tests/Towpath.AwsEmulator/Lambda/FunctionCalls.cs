using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Calls about functions.</summary>
internal static class FunctionCalls
{
    private static readonly string[] Settable =
    [
        "Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "VpcConfig", "DeadLetterConfig", "Environment", "KMSKeyArn",
        "TracingConfig", "Layers", "Architectures", "EphemeralStorage", "LoggingConfig",
    ];

    public static JsonObject Create(LambdaCall call)
    {
        var functions = call.Region.Lambda;
        var name = call.Input.Text("FunctionName") ?? throw LambdaRules.Invalid("1 validation error detected: Value null at 'functionName' failed to satisfy constraint: Member must not be null");
        name = name[(name.LastIndexOf(':') + 1)..];
        if (functions.Find(name) is not null)
            throw new AwsFault("ResourceConflictException", $"Function already exist: {name}", StatusCodes.Status409Conflict);
        var settings = Defaults();
        Take(settings, call.Input);
        var function = new Function(name, functions.ArnOf(name), settings);
        function.Latest.Load(call.Code);
        function.Latest.Touch(call.Region.Now);
        foreach (var (tag, value) in call.Input.Member("Tags") ?? []) function.Tags[tag] = value!.GetValue<string>();
        functions.Add(function);
        call.Region.Estate.Timeline.After(call.Script.CreateTakes, function.Latest.BeActive);
        return LambdaView.Of(function, call.Input.Flag("Publish") ? function.Publish(null, call.Region.Now) : function.Latest);
    }

    public static JsonObject List(LambdaCall call) =>
        call.Listed("Functions", call.Region.Lambda.Functions.Select(function => LambdaView.Of(function, function.Latest)));

    public static JsonObject Get(LambdaCall call)
    {
        var (function, _) = call.Named();
        return Json.Object(
            ("Configuration", GetConfiguration(call)),
            ("Code", Json.Object(("RepositoryType", "S3"), ("Location", $"https://awslambda-{call.Region.Name}-tasks.s3.{call.Region.Name}.amazonaws.com/snapshots/{call.Region.Account}/{function.Name}"))),
            ("Tags", function.Tags.Count == 0 ? null : Json.Object([.. function.Tags.Select(tag => (tag.Key, (JsonNode?)tag.Value))])));
    }

    public static JsonObject GetConfiguration(LambdaCall call)
    {
        var (function, qualifier) = call.Named();
        return LambdaView.Of(function, function.Qualified(qualifier), qualifier is null ? null : $"{function.Arn}:{qualifier}");
    }

    public static JsonObject UpdateCode(LambdaCall call)
    {
        var (function, _) = call.Named();
        if (function.Latest.Busy) throw function.Busy();
        LambdaRules.CheckRevision(call.Input, function.Latest.RevisionId);
        if (call.Input.Flag("DryRun")) return Rehearsed(function, call.Code);
        function.Latest.Load(call.Code);
        if (call.Input["Architectures"] is { } architectures) function.Latest.Settings["Architectures"] = architectures.DeepClone();
        Update(call, function);
        return LambdaView.Of(function, call.Input.Flag("Publish") ? function.Publish(null, call.Region.Now) : function.Latest);
    }

    public static JsonObject UpdateConfiguration(LambdaCall call)
    {
        var (function, _) = call.Named();
        if (function.Latest.Busy) throw function.Busy();
        LambdaRules.CheckRevision(call.Input, function.Latest.RevisionId);
        Take(function.Latest.Settings, call.Input);
        Update(call, function);
        return LambdaView.Of(function, function.Latest);
    }

    public static JsonObject? Delete(LambdaCall call)
    {
        var (function, qualifier) = call.Named();
        if (qualifier is null) call.Region.Lambda.Remove(function.Name);
        else if (function.Aliases.Values.Any(alias => alias.Version == qualifier || alias.Weights.ContainsKey(qualifier)))
            throw new AwsFault("ResourceConflictException", $"Version was not able to be deleted. Please remove all aliases that point to version {qualifier}.", StatusCodes.Status409Conflict);
        else function.Versions.Remove(function.Qualified(qualifier));
        return null;
    }

    private static void Update(LambdaCall call, Function function)
    {
        var failure = call.Script.NextFailure(function.Name);
        function.Latest.BeginUpdate(call.Region.Now);
        call.Region.Estate.Timeline.After(call.Script.UpdateTakes, () => function.Latest.EndUpdate(failure));
    }

    private static JsonObject Rehearsed(Function function, ReadOnlyMemory<byte> code)
    {
        var answer = LambdaView.Of(function, function.Latest);
        answer["CodeSha256"] = FunctionVersion.Sha256Of(code.Span);
        answer["CodeSize"] = code.Length;
        return answer;
    }

    private static void Take(JsonObject settings, JsonObject input)
    {
        foreach (var name in Settable)
            if (input[name] is { } value) settings[name] = name == "Layers" ? Layers(value) : value.DeepClone();
    }

    private static JsonArray Layers(JsonNode arns) => Json.Array(arns.AsArray().Select(arn => Json.Object(("Arn", arn), ("CodeSize", 0))));

    private static JsonObject Defaults() => Json.Object(
        ("Description", ""),
        ("Timeout", 3),
        ("MemorySize", 128),
        ("TracingConfig", Json.Object(("Mode", "PassThrough"))),
        ("Architectures", Json.Texts(["x86_64"])),
        ("EphemeralStorage", Json.Object(("Size", 512))));
}
