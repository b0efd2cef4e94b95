namespace Towpath.AwsEmulator.Calling.Signing;

/// <summary>What a verified signature leaves behind for the chunks that follow it.</summary>
internal sealed record SigningContext(byte[] Key, string Date, string Scope, string SeedSignature);
