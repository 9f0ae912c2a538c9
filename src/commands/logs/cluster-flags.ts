/** The flags that say of which cluster the log is, as the command line gives them. */
export interface ClusterFlags {
  cluster?: string;
  state?: string;
  file?: string;
  context?: string;
  kubeconfig?: string;
  node: string[];
  save?: string;
  verbose?: boolean;
}
