using System.Text;
using Towpath.AwsEmulator.Calling;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Invocations: nothing runs; the script says what comes back.</summary>
internal static class Invocation
{
    public static (int Status, string? Answer) Run(LambdaCall call)
    {
        var (function, qualifier) = call.Named();
        var version = qualifier is not null && function.Aliases.TryGetValue(qualifier, out var alias)
            ? function.Qualified(alias.Next())
            : function.Qualified(qualifier);
        if (version.State == "Pending")
            throw new AwsFault("ResourceConflictException", "The operation cannot be performed at this time. The function is currently in the following state: Pending", StatusCodes.Status409Conflict);
        var headers = call.Call.Http.Response.Headers;
        headers["X-Amz-Executed-Version"] = version.Version;
        switch (call.Call.Http.Request.Headers["X-Amz-Invocation-Type"].ToString())
        {
            case "DryRun": return (StatusCodes.Status204NoContent, null);
            case "Event": return (StatusCodes.Status202Accepted, null);
        }
        var answer = call.Script.AnswerOf(function.Name, version.Version);
        if (answer.FunctionError is { } error) headers["X-Amz-Function-Error"] = error;
        if (call.Call.Http.Request.Headers["X-Amz-Log-Type"] == "Tail")
            headers["X-Amz-Log-Result"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"START RequestId: {call.Call.RequestId} Version: {version.Version}\nEND RequestId: {call.Call.RequestId}\n"));
        return (StatusCodes.Status200OK, answer.Payload);
    }
}
