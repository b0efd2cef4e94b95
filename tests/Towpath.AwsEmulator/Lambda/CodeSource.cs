using System.Text.Json.Nodes;
using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.Estates;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Where the code of a function comes from: the request itself, or the emulated S3.</summary>
internal static class CodeSource
{
    public static ReadOnlyMemory<byte> Read(EmulatorWorld world, EmulatorCall call, JsonObject code)
    {
        if (code.Text("ZipFile") is { } inline) return Checked(Convert.FromBase64String(inline));
        if (code.Text("ImageUri") is not null) throw LambdaRules.Invalid("Updating the packageType is not supported");
        if (code.Text("S3Bucket") is not { } bucket || code.Text("S3Key") is not { } key)
            throw LambdaRules.Invalid("Please provide a source for function code.");
        return Checked(ObjectReader.Read(world, call.Caller, bucket, key, code.Text("S3ObjectVersion")));
    }

    private static ReadOnlyMemory<byte> Checked(byte[] code)
    {
        LambdaRules.CheckZip(code);
        return code;
    }
}
