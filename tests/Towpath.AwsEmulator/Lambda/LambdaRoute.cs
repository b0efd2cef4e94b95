using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>What a method and a path of Lambda's REST interface mean.</summary>
internal sealed record LambdaRoute(string Operation, string? Function = null, string? Name = null)
{
    public static LambdaRoute Of(EmulatorCall call)
    {
        var parts = call.Http.Request.Path.Value!.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        var method = call.Http.Request.Method;
        return (method, parts) switch
        {
            ("POST", [_, "functions"]) => new("CreateFunction"),
            ("GET", [_, "functions"]) => new("ListFunctions"),
            ("GET", [_, "functions", var function]) => new("GetFunction", function),
            ("DELETE", [_, "functions", var function]) => new("DeleteFunction", function),
            ("GET", [_, "functions", var function, "configuration"]) => new("GetFunctionConfiguration", function),
            ("PUT", [_, "functions", var function, "configuration"]) => new("UpdateFunctionConfiguration", function),
            ("PUT", [_, "functions", var function, "code"]) => new("UpdateFunctionCode", function),
            ("POST", [_, "functions", var function, "versions"]) => new("PublishVersion", function),
            ("GET", [_, "functions", var function, "versions"]) => new("ListVersionsByFunction", function),
            ("POST", [_, "functions", var function, "aliases"]) => new("CreateAlias", function),
            ("GET", [_, "functions", var function, "aliases"]) => new("ListAliases", function),
            ("GET", [_, "functions", var function, "aliases", var name]) => new("GetAlias", function, name),
            ("PUT", [_, "functions", var function, "aliases", var name]) => new("UpdateAlias", function, name),
            ("DELETE", [_, "functions", var function, "aliases", var name]) => new("DeleteAlias", function, name),
            ("POST", [_, "functions", var function, "invocations"]) => new("Invoke", function),
            _ => new($"{method} /{string.Join('/', parts)}"),
        };
    }
}
