using Towpath.AwsEmulator.Calling;
using Towpath.AwsEmulator.S3;

namespace Towpath.AwsEmulator.Lambda;

/// <summary>Reads the zip of a function from the emulated S3; the bucket must be in the function's region.</summary>
internal static class ObjectReader
{
    public static byte[] Read(EmulatorWorld world, Caller caller, string bucket, string key, string? version)
    {
        if (S3State.Of(world.State).Buckets.GetValueOrDefault(bucket) is not { } found) throw Refused("NoSuchBucket", "The specified bucket does not exist");
        if (found.Region != caller.Region)
            throw Refused("PermanentRedirect", $"The bucket is in this region: {found.Region}. Please use this region to retry the request");
        var stored = version is null ? found.Find(key) : found.Find(key, version);
        if (stored?.Blob is { } blob) return blob.ToArray();
        throw version is null ? Refused("NoSuchKey", "The specified key does not exist.") : Refused("NoSuchVersion", "The specified version does not exist.");
    }

    private static AwsFault Refused(string code, string message) =>
        LambdaRules.Invalid($"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}");
}
