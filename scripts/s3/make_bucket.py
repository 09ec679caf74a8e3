#!/usr/bin/env python3
"""Makes a bucket in a moto server, and a user with an access key; prints his access key and secret key.

    scripts/s3/make_bucket.py URL BUCKET [--guarded]

Guarded, the server answers nobody else from then on, and checks every signature. Its check does not know a slash in a query, so it refuses
lists of folders, whoever signs them.
"""

import json
import sys
import urllib.request

import boto3

url, bucket, *options = sys.argv[1:]
known = dict(endpoint_url=url, region_name="us-east-1", aws_access_key_id="setup", aws_secret_access_key="setup")
iam, s3 = boto3.client("iam", **known), boto3.client("s3", **known)
s3.create_bucket(Bucket=bucket)
document = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
iam.create_user(UserName="shop")
iam.put_user_policy(UserName="shop", PolicyName="all", PolicyDocument=document)
key = iam.create_access_key(UserName="shop")["AccessKey"]
if options == ["--guarded"]:
    guard = urllib.request.Request(url + "/moto-api/reset-auth", b"0", {"Content-Type": "text/plain"}, method="POST")
    urllib.request.urlopen(guard)
print(key["AccessKeyId"], key["SecretAccessKey"])
