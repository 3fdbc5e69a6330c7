PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE artifacts (
	id VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	first_seen_at FLOAT NOT NULL, 
	first_seen_path TEXT, 
	source_type VARCHAR, 
	source_url TEXT, 
	uploaded_to TEXT, 
	synced_at FLOAT, 
	kind VARCHAR DEFAULT 'primitive' NOT NULL, 
	component_count INTEGER, 
	metadata TEXT, path TEXT, hash TEXT, capture_method TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO artifacts VALUES('962921cf0b28e619d56699cd0cb4351e',4,1795283276.176120758,'@ROOT@/data.csv',NULL,NULL,NULL,NULL,'primitive',NULL,NULL,NULL,NULL,NULL);
INSERT INTO artifacts VALUES('baf46883e1ad8cb545bbc07e8ed823ea',4,1795283276.1970598697,'@ROOT@/sorted.csv',NULL,NULL,NULL,NULL,'primitive',NULL,NULL,NULL,NULL,NULL);
INSERT INTO artifacts VALUES('05885bad8771846717be7dda71d4c447',4,1795283280.3338832855,'@ROOT@/up.csv',NULL,NULL,NULL,NULL,'primitive',NULL,NULL,NULL,NULL,NULL);
INSERT INTO artifacts VALUES('887f3bb8d1fc28e6a0d7d2dd0f08b138',8,1795283292.0009958744,'@ROOT@/model/shard-1.bin',NULL,NULL,NULL,NULL,'primitive',NULL,NULL,NULL,NULL,NULL);
INSERT INTO artifacts VALUES('2a0ab6d86736930ef18dec6ed0d8367a',12,1795283292.0010995865,'@ROOT@/model/shard-2.bin',NULL,NULL,NULL,NULL,'primitive',NULL,NULL,NULL,NULL,NULL);
CREATE TABLE sessions (
	id INTEGER NOT NULL, 
	hash VARCHAR, 
	created_at FLOAT NOT NULL, 
	source_artifact_hash VARCHAR, 
	current_step INTEGER NOT NULL, 
	is_active INTEGER NOT NULL, 
	git_repo TEXT, 
	git_commit_start VARCHAR, 
	git_commit_end VARCHAR, 
	synced_at FLOAT, 
	metadata TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (hash)
);
INSERT INTO sessions VALUES(1,'63b1394b6a0d25a416eb51d643e2ae0b6e716dd8b4629f1577f3a872ac690f49',1795283271.6520612239,NULL,5,0,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','17784ddf0346b58f056b955c2c32148ddc7a41d6',NULL,NULL);
INSERT INTO sessions VALUES(2,'2df602a1d622ebc73bc987ea45c11dd4834af316e39c69edd9f0ec8eab7abd06',1795283320.5623888969,NULL,1,1,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','17784ddf0346b58f056b955c2c32148ddc7a41d6',NULL,NULL);
CREATE TABLE collections (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	collection_type VARCHAR, 
	source_type VARCHAR, 
	source_url TEXT, 
	uploaded_to TEXT, 
	created_at FLOAT NOT NULL, 
	synced_at FLOAT, 
	metadata TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE hash_cache (
	path TEXT NOT NULL, 
	algorithm VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	mtime FLOAT NOT NULL, 
	cached_at FLOAT NOT NULL, 
	PRIMARY KEY (path, algorithm)
);
INSERT INTO hash_cache VALUES('@ROOT@/data.csv','blake3','6320d89fad37d349d8a8a58073768fce231fde27238d580db97b3c508a4ca487',4,1795283268.5777118205,1795283296.6429202556);
INSERT INTO hash_cache VALUES('@ROOT@/sorted.csv','blake3','41153ec5e22e7e1d208eec929ef45dcd31fd71283799b0615bb8753491715e5b',4,1795283295.1257123947,1795283296.6786792278);
INSERT INTO hash_cache VALUES('@ROOT@/up.csv','blake3','6d579633aa4439ef6377e53e4cad196e9ea6e1dbfd1662def28396485948fb17',4,1795283323.5137128829,1795283325.205654621);
INSERT INTO hash_cache VALUES('@ROOT@/model/shard-0.bin','blake3','6d579633aa4439ef6377e53e4cad196e9ea6e1dbfd1662def28396485948fb17',4,1795283290.0266637802,1795283291.8784973621);
INSERT INTO hash_cache VALUES('@ROOT@/model/shard-1.bin','blake3','40d81ac17b576bfb24d573b520bac6ea3b20c2d5f1789dad5eef1526231a8c03',8,1795283290.0276689529,1795283291.8981497288);
INSERT INTO hash_cache VALUES('@ROOT@/model/shard-2.bin','blake3','89c8ed0863dab0c3f3050aac581c586292a059b1f39ffc5a988da185a723105c',12,1795283290.0321381092,1795283291.8990349769);
INSERT INTO hash_cache VALUES('@ROOT@/data.csv','sha256','aea8a04c2f293417e499bf5de2def8ebb1ed40264d128a67180ea56fbe4600ff',4,1795283268.5777118205,1795283296.6429202556);
INSERT INTO hash_cache VALUES('@ROOT@/sorted.csv','sha256','911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2',4,1795283295.1257123947,1795283296.6786792278);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
CREATE TABLE artifact_hashes (
	artifact_id VARCHAR NOT NULL, 
	algorithm VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	PRIMARY KEY (algorithm, digest), 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id) ON DELETE CASCADE
);
INSERT INTO artifact_hashes VALUES('962921cf0b28e619d56699cd0cb4351e','blake3','6320d89fad37d349d8a8a58073768fce231fde27238d580db97b3c508a4ca487');
INSERT INTO artifact_hashes VALUES('baf46883e1ad8cb545bbc07e8ed823ea','blake3','41153ec5e22e7e1d208eec929ef45dcd31fd71283799b0615bb8753491715e5b');
INSERT INTO artifact_hashes VALUES('05885bad8771846717be7dda71d4c447','blake3','6d579633aa4439ef6377e53e4cad196e9ea6e1dbfd1662def28396485948fb17');
INSERT INTO artifact_hashes VALUES('887f3bb8d1fc28e6a0d7d2dd0f08b138','blake3','40d81ac17b576bfb24d573b520bac6ea3b20c2d5f1789dad5eef1526231a8c03');
INSERT INTO artifact_hashes VALUES('2a0ab6d86736930ef18dec6ed0d8367a','blake3','89c8ed0863dab0c3f3050aac581c586292a059b1f39ffc5a988da185a723105c');
CREATE TABLE jobs (
	id INTEGER NOT NULL, 
	job_uid VARCHAR, 
	parent_job_uid VARCHAR, 
	timestamp FLOAT NOT NULL, 
	command TEXT NOT NULL, 
	script VARCHAR, 
	step_identity VARCHAR, 
	session_id INTEGER, 
	step_number INTEGER, 
	step_name VARCHAR, 
	git_repo TEXT, 
	git_commit VARCHAR, 
	git_branch VARCHAR, 
	duration_seconds FLOAT, 
	exit_code INTEGER, 
	synced_at FLOAT, 
	status VARCHAR, 
	execution_backend VARCHAR, 
	execution_role VARCHAR, 
	job_type VARCHAR, 
	metadata TEXT, 
	telemetry TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (job_uid), 
	FOREIGN KEY(session_id) REFERENCES sessions (id)
);
INSERT INTO jobs VALUES(1,'dc29db64',NULL,1795283274.1583154201,'sh sort.sh','sort.sh','22ed6af3b4388a5a4120960fca24018839c127b75da7e361592ed17ea9722a03',1,1,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.080485820770263671875,0,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:47:54.341033+00:00", "end": "2026-11-21T17:47:54.411823+00:00", "duration_seconds": 0.07079005241394043}, "command": ["sh", "sort.sh"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22706}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(2,'e00438e4',NULL,1795283278.86734128,'sh up.sh','up.sh','5c059ec2e48a56a6fee7d9547a700df27d7013758c65560f32f7dc2eb3dcc787',1,2,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.0057680606842041015625,0,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:47:58.987814+00:00", "end": "2026-11-21T17:47:58.991902+00:00", "duration_seconds": 0.0040874481201171875}, "command": ["sh", "up.sh"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22813}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(3,'d4af5c84',NULL,1795283283.4533989429,'sh up.sh --note @TOKEN@','up.sh','5c059ec2e48a56a6fee7d9547a700df27d7013758c65560f32f7dc2eb3dcc787',1,2,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.03132915496826171875,0,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:48:03.632659+00:00", "end": "2026-11-21T17:48:03.651692+00:00", "duration_seconds": 0.019033432006835938}, "command": ["sh", "up.sh", "--note", "@TOKEN@"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22553}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(4,'40f718ff',NULL,1795283288.165217638,'python3 model.py','model.py','f582f52a975da87288b6897e602756ce365864ece74ea812a85b9df6da4af64f',1,3,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',2.2162702083587646484,0,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "packages": {"pip": {"PyYAML": "6.0", "cryptography": "38.0.4"}}, "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:48:08.360508+00:00", "end": "2026-11-21T17:48:10.563561+00:00", "duration_seconds": 2.2030529975891113}, "command": ["python3", "model.py"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.2", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22580}}, "python_capture": "complete", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(5,'8b47cf24',NULL,1795283294.9363315105,'sh sort.sh','sort.sh','22ed6af3b4388a5a4120960fca24018839c127b75da7e361592ed17ea9722a03',1,1,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.045789003372192382812,0,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:48:15.096757+00:00", "end": "2026-11-21T17:48:15.140128+00:00", "duration_seconds": 0.043370962142944336}, "command": ["sh", "sort.sh"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22485}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(6,'764b6c5f',NULL,1795283299.7837707995,'false',NULL,'8c389f6b9cd19ba6f992162de31e2c35626fc08044b44c7f64157b336c714bfa',1,4,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.015107631683349609375,1,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:48:19.900813+00:00", "end": "2026-11-21T17:48:19.911663+00:00", "duration_seconds": 0.010850191116333008}, "command": ["false"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22327}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(7,'413e9510',NULL,1795283303.8427758217,'gcc -o prog a.c',NULL,'b221b25bae714bbc844bb5e933a481cb4642e9dc1cb23fc643dbb1d990528d61',1,5,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.071948289871215820312,0,NULL,NULL,'local','host','build','{"roar_version": "0.4.7", "packages": {"build_dpkg": {"binutils": "2.40-2", "gcc": "4:12.2.0-3"}}, "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:48:24.010831+00:00", "end": "2026-11-21T17:48:24.080625+00:00", "duration_seconds": 0.069793701171875}, "command": ["gcc", "-o", "prog", "a.c"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22716}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
INSERT INTO jobs VALUES(8,'cf78dba9',NULL,1795283323.3195483684,'sh up.sh','up.sh','5c059ec2e48a56a6fee7d9547a700df27d7013758c65560f32f7dc2eb3dcc787',2,1,NULL,'https://me:hunter2hunter@example.org/team/proj.git','17784ddf0346b58f056b955c2c32148ddc7a41d6','main',0.031696081161499023437,0,NULL,NULL,'local','host',NULL,'{"roar_version": "0.4.7", "runtime": {"hostname": "vm", "timing": {"start": "2026-11-21T17:48:43.496683+00:00", "end": "2026-11-21T17:48:43.520169+00:00", "duration_seconds": 0.023485660552978516}, "command": ["sh", "up.sh"], "os": {"system": "Linux", "release": "6.18.44-fc-v669", "version": "#1 SMP PREEMPT_DYNAMIC @0", "machine": "x86_64"}, "python": {"version": "3.11.7", "implementation": "CPython"}, "env_vars": {}, "container": {"type": "docker"}, "vm": {"hypervisor": "docker"}, "cpu": {"count": 2, "model": "AMD EPYC", "architecture": "x86_64", "threads_per_core": 1, "cores_per_socket": 2, "sockets": 1}, "memory": {"total_mb": 24105, "available_mb": 22142}}, "python_capture": "not-applicable", "git": {"commit": "17784ddf0346b58f056b955c2c32148ddc7a41d6", "branch": "main", "remote_url": "https://me:hunter2hunter@example.org/team/proj.git", "clean": true, "uncommitted_changes": null, "commit_timestamp": "2026-11-21 17:47:48 +0000", "commit_message": "x"}, "cwd": ""}',NULL);
CREATE TABLE collection_members (
	id INTEGER NOT NULL, 
	collection_id INTEGER NOT NULL, 
	artifact_id VARCHAR, 
	child_collection_id INTEGER, 
	path_in_collection TEXT, 
	PRIMARY KEY (id), 
	CONSTRAINT chk_member_type CHECK ((artifact_id IS NULL) != (child_collection_id IS NULL)), 
	FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE, 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id), 
	FOREIGN KEY(child_collection_id) REFERENCES collections (id) ON DELETE CASCADE
);
CREATE TABLE composite_artifact_components (
	id INTEGER NOT NULL, 
	composite_artifact_id VARCHAR NOT NULL, 
	ordinal INTEGER, 
	relative_path TEXT NOT NULL, 
	leaf_kind VARCHAR NOT NULL, 
	component_algorithm VARCHAR NOT NULL, 
	component_digest VARCHAR NOT NULL, 
	component_size INTEGER, 
	component_type VARCHAR, 
	artifact_id VARCHAR, 
	PRIMARY KEY (id), 
	FOREIGN KEY(composite_artifact_id) REFERENCES artifacts (id) ON DELETE CASCADE, 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id)
);
CREATE TABLE composite_membership_indexes (
	composite_artifact_id VARCHAR NOT NULL, 
	total_components INTEGER NOT NULL, 
	stored_components INTEGER NOT NULL, 
	bloom_filter_base64 TEXT, 
	bloom_bits INTEGER, 
	bloom_hashes INTEGER, 
	bloom_version INTEGER, 
	PRIMARY KEY (composite_artifact_id), 
	FOREIGN KEY(composite_artifact_id) REFERENCES artifacts (id) ON DELETE CASCADE
);
CREATE TABLE labels (
	id INTEGER NOT NULL, 
	entity_type VARCHAR NOT NULL, 
	session_id INTEGER, 
	job_id INTEGER, 
	artifact_id VARCHAR, 
	version INTEGER NOT NULL, 
	metadata TEXT NOT NULL, 
	write_origin VARCHAR, 
	created_at FLOAT NOT NULL, 
	synced_at FLOAT, 
	synced_server_label_id VARCHAR, 
	PRIMARY KEY (id), 
	CONSTRAINT ck_labels_entity_type CHECK (entity_type IN ('dag', 'job', 'artifact')), 
	CONSTRAINT ck_labels_one_target CHECK (((session_id IS NOT NULL) + (job_id IS NOT NULL) + (artifact_id IS NOT NULL)) = 1), 
	FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE, 
	FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE, 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id) ON DELETE CASCADE
);
INSERT INTO labels VALUES(1,'job',NULL,1,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22706,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283276.1586372851,NULL,NULL);
INSERT INTO labels VALUES(2,'job',NULL,2,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22813,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283280.3138136863,NULL,NULL);
INSERT INTO labels VALUES(3,'job',NULL,2,NULL,2,'{"name":"upper","roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22813,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','user',1795283280.3249793052,NULL,NULL);
INSERT INTO labels VALUES(4,'job',NULL,3,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22553,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283285.1417810916,NULL,NULL);
INSERT INTO labels VALUES(5,'job',NULL,4,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"packages":{"pip":{"PyYAML":"6.0","cryptography":"38.0.4"}},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22580,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.2"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283291.9697740077,NULL,NULL);
INSERT INTO labels VALUES(6,'job',NULL,5,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22485,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283296.7592079639,NULL,NULL);
INSERT INTO labels VALUES(7,'job',NULL,6,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22327,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283301.3841402531,NULL,NULL);
INSERT INTO labels VALUES(8,'job',NULL,7,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"build"},"packages":{"build_dpkg":{"binutils":"2.40-2","gcc":"4:12.2.0-3"}},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22716,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283305.7537014483,NULL,NULL);
INSERT INTO labels VALUES(9,'job',NULL,3,NULL,2,'{"owner":"alice","roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22553,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"},"stage":"raw"}','user',1795283309.1141853332,NULL,NULL);
INSERT INTO labels VALUES(10,'job',NULL,3,NULL,3,'{"note":{"deep":"token @TOKEN@"},"owner":"alice","roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22553,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"},"stage":"clean"}','user',1795283311.4730739593,NULL,NULL);
INSERT INTO labels VALUES(11,'artifact',NULL,NULL,'baf46883e1ad8cb545bbc07e8ed823ea',1,'{"quality":"gold","score":0.5}','user',1795283313.9204530715,NULL,NULL);
INSERT INTO labels VALUES(12,'job',NULL,8,NULL,1,'{"roar":{"cwd":"","git":{"branch":"main","clean":true,"commit":"17784ddf0346b58f056b955c2c32148ddc7a41d6","commit_timestamp":"2026-11-21 17:47:48 +0000","remote_url":"https://me:hunter2hunter@example.org/team/proj.git"},"operation":{"kind":"run"},"runtime":{"container":{"type":"docker"},"cpu":{"architecture":"x86_64","cores_per_socket":2,"count":2,"model":"AMD EPYC","sockets":1,"threads_per_core":1},"hostname":"vm","memory":{"available_mb":22142,"total_mb":24105},"os":{"machine":"x86_64","release":"6.18.44-fc-v669","system":"Linux","version":"#1 SMP PREEMPT_DYNAMIC @0"},"python":{"implementation":"CPython","version":"3.11.7"},"vm":{"hypervisor":"docker"}},"schema_version":1,"version":"0.4.7"}}','system',1795283325.2719812393,NULL,NULL);
CREATE TABLE job_inputs (
	job_id INTEGER NOT NULL, 
	artifact_id VARCHAR NOT NULL, 
	path TEXT NOT NULL, 
	byte_ranges TEXT, 
	PRIMARY KEY (job_id, artifact_id, path), 
	FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE, 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id)
);
INSERT INTO job_inputs VALUES(1,'962921cf0b28e619d56699cd0cb4351e','@ROOT@/data.csv',NULL);
INSERT INTO job_inputs VALUES(2,'baf46883e1ad8cb545bbc07e8ed823ea','@ROOT@/sorted.csv',NULL);
INSERT INTO job_inputs VALUES(3,'baf46883e1ad8cb545bbc07e8ed823ea','@ROOT@/sorted.csv',NULL);
INSERT INTO job_inputs VALUES(4,'05885bad8771846717be7dda71d4c447','@ROOT@/up.csv',NULL);
INSERT INTO job_inputs VALUES(5,'962921cf0b28e619d56699cd0cb4351e','@ROOT@/data.csv',NULL);
INSERT INTO job_inputs VALUES(8,'baf46883e1ad8cb545bbc07e8ed823ea','@ROOT@/sorted.csv',NULL);
CREATE TABLE job_outputs (
	job_id INTEGER NOT NULL, 
	artifact_id VARCHAR NOT NULL, 
	path TEXT NOT NULL, 
	byte_ranges TEXT, 
	PRIMARY KEY (job_id, artifact_id, path), 
	FOREIGN KEY(job_id) REFERENCES jobs (id) ON DELETE CASCADE, 
	FOREIGN KEY(artifact_id) REFERENCES artifacts (id)
);
INSERT INTO job_outputs VALUES(1,'baf46883e1ad8cb545bbc07e8ed823ea','@ROOT@/sorted.csv',NULL);
INSERT INTO job_outputs VALUES(2,'05885bad8771846717be7dda71d4c447','@ROOT@/up.csv',NULL);
INSERT INTO job_outputs VALUES(3,'05885bad8771846717be7dda71d4c447','@ROOT@/up.csv',NULL);
INSERT INTO job_outputs VALUES(4,'05885bad8771846717be7dda71d4c447','@ROOT@/model/shard-0.bin',NULL);
INSERT INTO job_outputs VALUES(4,'887f3bb8d1fc28e6a0d7d2dd0f08b138','@ROOT@/model/shard-1.bin',NULL);
INSERT INTO job_outputs VALUES(4,'2a0ab6d86736930ef18dec6ed0d8367a','@ROOT@/model/shard-2.bin',NULL);
INSERT INTO job_outputs VALUES(5,'baf46883e1ad8cb545bbc07e8ed823ea','@ROOT@/sorted.csv',NULL);
INSERT INTO job_outputs VALUES(8,'05885bad8771846717be7dda71d4c447','@ROOT@/up.csv',NULL);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','jobs_fts','jobs_fts',0,'CREATE VIRTUAL TABLE jobs_fts USING fts5(
                command,
                script,
                content=jobs,
                content_rowid=id
            )');
CREATE TABLE IF NOT EXISTS 'jobs_fts_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO jobs_fts_data VALUES(1,X'081b0c');
INSERT INTO jobs_fts_data VALUES(10,X'000000000108080008010101020101030101040101050101060101070101080101');
INSERT INTO jobs_fts_data VALUES(137438953473,X'0000001a03307368010a020401010302036f7274010803010102040b');
INSERT INTO jobs_fts_data VALUES(274877906945,X'0000001903307368020a020401010301027570020803010102040b');
INSERT INTO jobs_fts_data VALUES(412316860417,X'000000532530313663376534326632393263363931326537373130633833383334376165313738623461030207010367687003020601046e6f746503020501027368030a020401010301027570030803010102042908090b');
INSERT INTO jobs_fts_data VALUES(549755813889,X'0000002506306d6f64656c04080301010201027079040804010103030574686f6e33040202040d0a');
INSERT INTO jobs_fts_data VALUES(687194767361,X'0000001a03307368050a020401010302036f7274050803010102040b');
INSERT INTO jobs_fts_data VALUES(824633720833,X'0000000e063066616c736506020204');
INSERT INTO jobs_fts_data VALUES(962072674305,X'00000027023061070205010163070206010367636307020201016f070203010470726f670702040406060806');
INSERT INTO jobs_fts_data VALUES(1099511627777,X'0000001903307368080a020401010301027570080803010102040b');
CREATE TABLE IF NOT EXISTS 'jobs_fts_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO jobs_fts_idx VALUES(1,X'',2);
INSERT INTO jobs_fts_idx VALUES(2,X'',2);
INSERT INTO jobs_fts_idx VALUES(3,X'',2);
INSERT INTO jobs_fts_idx VALUES(4,X'',2);
INSERT INTO jobs_fts_idx VALUES(5,X'',2);
INSERT INTO jobs_fts_idx VALUES(6,X'',2);
INSERT INTO jobs_fts_idx VALUES(7,X'',2);
INSERT INTO jobs_fts_idx VALUES(8,X'',2);
CREATE TABLE IF NOT EXISTS 'jobs_fts_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO jobs_fts_docsize VALUES(1,X'0302');
INSERT INTO jobs_fts_docsize VALUES(2,X'0302');
INSERT INTO jobs_fts_docsize VALUES(3,X'0602');
INSERT INTO jobs_fts_docsize VALUES(4,X'0302');
INSERT INTO jobs_fts_docsize VALUES(5,X'0302');
INSERT INTO jobs_fts_docsize VALUES(6,X'0100');
INSERT INTO jobs_fts_docsize VALUES(7,X'0500');
INSERT INTO jobs_fts_docsize VALUES(8,X'0302');
CREATE TABLE IF NOT EXISTS 'jobs_fts_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO jobs_fts_config VALUES('version',4);
CREATE TABLE delegated_put_operations (
            task_identity TEXT NOT NULL,
            session_id INTEGER NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            request_fingerprint TEXT NOT NULL,
            put_job_uid TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('pending', 'completed')),
            created_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            completed_at REAL,
            PRIMARY KEY (task_identity, session_id)
        );
CREATE INDEX idx_artifacts_first_seen ON artifacts (first_seen_at);
CREATE INDEX idx_artifacts_synced ON artifacts (synced_at);
CREATE INDEX idx_sessions_hash ON sessions (hash);
CREATE INDEX idx_sessions_source ON sessions (source_artifact_hash);
CREATE INDEX idx_sessions_active ON sessions (is_active);
CREATE INDEX idx_collections_name ON collections (name);
CREATE INDEX idx_collections_source ON collections (source_url);
CREATE INDEX idx_collections_type ON collections (collection_type);
CREATE INDEX idx_hash_cache_updated ON hash_cache (cached_at);
CREATE INDEX idx_hash_cache_path ON hash_cache (path);
CREATE INDEX idx_artifact_hashes_artifact ON artifact_hashes (artifact_id);
CREATE INDEX idx_artifact_hashes_digest ON artifact_hashes (digest);
CREATE INDEX idx_jobs_git_commit ON jobs (git_commit);
CREATE INDEX idx_jobs_synced ON jobs (synced_at);
CREATE INDEX idx_jobs_session ON jobs (session_id);
CREATE INDEX idx_jobs_step_identity ON jobs (step_identity);
CREATE INDEX idx_jobs_execution_backend ON jobs (execution_backend);
CREATE INDEX idx_jobs_timestamp ON jobs (timestamp);
CREATE INDEX idx_jobs_execution_role ON jobs (execution_role);
CREATE INDEX idx_jobs_script ON jobs (script);
CREATE INDEX idx_collection_members_collection ON collection_members (collection_id);
CREATE INDEX idx_collection_members_artifact ON collection_members (artifact_id);
CREATE INDEX idx_collection_members_child ON collection_members (child_collection_id);
CREATE INDEX idx_composite_components_parent ON composite_artifact_components (composite_artifact_id);
CREATE INDEX idx_composite_components_digest ON composite_artifact_components (component_algorithm, component_digest);
CREATE INDEX idx_composite_components_artifact ON composite_artifact_components (artifact_id);
CREATE UNIQUE INDEX uq_labels_artifact_version ON labels (artifact_id, version) WHERE artifact_id IS NOT NULL;
CREATE INDEX idx_labels_job ON labels (job_id);
CREATE INDEX idx_labels_session ON labels (session_id);
CREATE INDEX idx_labels_artifact ON labels (artifact_id);
CREATE UNIQUE INDEX uq_labels_session_version ON labels (session_id, version) WHERE session_id IS NOT NULL;
CREATE UNIQUE INDEX uq_labels_job_version ON labels (job_id, version) WHERE job_id IS NOT NULL;
CREATE INDEX idx_job_inputs_path ON job_inputs (path);
CREATE INDEX idx_job_inputs_artifact ON job_inputs (artifact_id);
CREATE INDEX idx_job_outputs_artifact ON job_outputs (artifact_id);
CREATE INDEX idx_job_outputs_path ON job_outputs (path);
CREATE TRIGGER jobs_ai AFTER INSERT ON jobs BEGIN
                INSERT INTO jobs_fts(rowid, command, script)
                VALUES (new.id, new.command, new.script);
            END;
CREATE TRIGGER jobs_ad AFTER DELETE ON jobs BEGIN
                INSERT INTO jobs_fts(jobs_fts, rowid, command, script)
                VALUES ('delete', old.id, old.command, old.script);
            END;
CREATE TRIGGER jobs_au AFTER UPDATE ON jobs BEGIN
                INSERT INTO jobs_fts(jobs_fts, rowid, command, script)
                VALUES ('delete', old.id, old.command, old.script);
                INSERT INTO jobs_fts(rowid, command, script)
                VALUES (new.id, new.command, new.script);
            END;
PRAGMA writable_schema=OFF;
COMMIT;
