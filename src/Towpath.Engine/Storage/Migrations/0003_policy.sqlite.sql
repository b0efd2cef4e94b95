-- The version that an environment is kept on. Older versions of Towpath would deploy others there, and must not go on beside it.
ALTER TABLE environments ADD COLUMN pin TEXT;
